"""Reading a JSON document member by member, so that what nobody took can be named at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from credenza.document.elm.nodes import VERSION
from credenza.encoding.remembered import Remembered, key_of
from credenza.errors import MalformedInput
from credenza.record import Text

_MALFORMED = "elm-malformed"
_VERSION = re.compile(re.escape(VERSION) + r"\d{1,4}\Z")
Read = TypeVar("Read")
_UNSAID = frozenset({"id", "type", "@context"})

_read: Remembered[tuple[Any, tuple[str, ...]]] = Remembered()


class Taken:
    """A node and what was taken of it; one value and a list of one are the same."""

    def __init__(self, members: Any, path: str, left: list[str]) -> None:
        if not isinstance(members, dict):
            raise MalformedInput(_MALFORMED, f"{path} is not an object.")
        self.members: dict[str, Any] = members
        self.path, self.left = path, left
        self._seen: set[str] = set(_UNSAID)

    @property
    def id(self) -> str | None:
        value = self.members.get("id")
        return value if isinstance(value, str) else None

    @property
    def name(self) -> str | None:
        """The id without the number of its version, which tells nodes of one id apart that say different things."""
        return _VERSION.sub("", self.id) if self.id is not None else None

    def take(self, name: str) -> Any:
        self._seen.add(name)
        return self.members.get(name)

    def nodes(self, name: str) -> list[Taken]:
        value = self.take(name)
        values = [] if value is None else value if isinstance(value, list) else [value]
        return [Taken(one, f"{self.path}.{name}", self.left) for one in values]

    def node(self, name: str) -> Taken | None:
        """The first node of this name; more are named as left."""
        found = self.nodes(name)
        if len(found) > 1:
            self.left.append(f"{self.path}.{name}[2..]")
        return found[0] if found else None

    def line(self, name: str) -> str | None:
        value = self.take(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise MalformedInput(_MALFORMED, f"{self.path}.{name} is not a text.")

    def text(self, name: str) -> Text | None:
        """A language map; of several values in one language the first is taken and the rest named as left."""
        value = self.take(name)
        if value is None or value == {}:
            return None
        if not isinstance(value, dict):
            raise MalformedInput(_MALFORMED, f"{self.path}.{name} is not a text by language.")
        texts = {}
        for language, one in value.items():
            several = one if isinstance(one, list) else [one]
            if len(several) > 1:
                self.left.append(f"{self.path}.{name}.{language}[2..]")
            texts[str(language).lower() if language == "none" else str(language)] = (
                str(several[0]).strip() if several else ""
            )
        return Text(texts)

    def moment(self, name: str) -> datetime | None:
        value = self.line(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise MalformedInput(_MALFORMED, f"{self.path}.{name} is not a time.") from error
        if moment.tzinfo is None:
            raise MalformedInput(_MALFORMED, f"{self.path}.{name} says no time zone.")
        return moment

    def leave(self, path: str) -> None:
        """Name something that the record has no place for."""
        self.left.append(path)

    def done(self) -> None:
        """Name what was not taken."""
        self.left += self._untaken()

    def _untaken(self) -> Iterator[str]:
        yield from (f"{self.path}.{name}" for name in self.members if name not in self._seen)


def once(read: Callable[[Taken], Read]) -> Callable[[Taken], Read]:
    """Read a node that was read before, at the same place, only once; what it left is named every time.

    For readers that look at nothing but the node, take all of it, and give something immutable back.
    """

    @wraps(read)
    def reading(node: Taken) -> Read:
        key = key_of(node.members, read.__name__, node.path)
        known = _read.get(key)
        if known is not None:
            made: Read = known[0]
            for path in known[1]:
                node.leave(path)
            return made
        already = len(node.left)
        made = read(node)
        _read.keep(key, (made, tuple(node.left[already:])))
        return made

    return reading
