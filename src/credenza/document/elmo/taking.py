"""Reading ELMO element by element, so that what nobody took can be named at the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

from lxml import etree

from credenza.document.elmo.names import ELMO, LANGUAGE, tag
from credenza.errors import MalformedInput
from credenza.record import Text
from credenza.record.text import MAXIMUM_TEXT

_MALFORMED = "elmo-malformed"
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?\Z")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")
_UNKNOWN_LANGUAGE = "und"


class Taken:
    """An element and what was taken of it; ``left`` collects the paths of the rest."""

    def __init__(self, element: etree._Element, path: str, left: list[str]) -> None:
        self.element, self.path, self.left = element, path, left
        self._seen: set[str] = set()

    def each(self, name: str) -> list[Taken]:
        """All children of this name."""
        self._seen.add(tag(name))
        found = self.element.findall(tag(name))
        prefix = f"{self.path}/{name}" if self.path else name
        return [
            Taken(one, f"{prefix}[{number}]" if len(found) > 1 else prefix, self.left)
            for number, one in enumerate(found, 1)
        ]

    def one(self, name: str) -> Taken | None:
        """The first child of this name; more are named as left."""
        found = self.each(name)
        self.left += [other.path for other in found[1:]]
        return found[0] if found else None

    def token(self, name: str) -> str | None:
        """The text of the first child of this name with its white space collapsed (xs:token), None where empty."""
        found = self.one(name)
        return (found.value() or None) if found is not None else None

    def value(self) -> str:
        """The element's own text, its white space collapsed."""
        return " ".join(self.raw().split())

    def raw(self) -> str:
        """The element's own text as it stands.

        Raises:
            MalformedInput: ``elmo-malformed`` where it has elements inside.
        """
        if len(self.element):
            raise MalformedInput(_MALFORMED, f"{self.path} has elements where a text belongs.")
        return self.element.text or ""

    def text(self, name: str, *, lines: bool = False) -> Text | None:
        """The children of this name as one text by language; of several in one language the first is taken."""
        texts: dict[str, str] = {}
        for one in self.each(name):
            language = _language(one.element.get(LANGUAGE, ""))
            content = _lines(one.raw()) if lines else one.value()
            too_long = len(content) > MAXIMUM_TEXT
            if too_long or (content and texts.setdefault(language, content) != content):
                self.left.append(one.path)
        return Text(texts) if texts else None

    def day(self, name: str) -> date | None:
        """An xs:date; its time zone, which ELMO allows and no calendar needs, is left away."""
        text = self.token(name)
        if text is None:
            return None
        found = _DATE.match(text)
        try:
            return date.fromisoformat(found[1] if found else text)
        except ValueError as error:
            raise MalformedInput(_MALFORMED, f"{self.path}/{name} is not a date.") from error

    def moment(self, name: str) -> datetime | None:
        """An xs:dateTime; one without a time zone is read as UTC, and named as such."""
        text = self.token(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                self.left.append(f"{self.path}/{name} (no time zone, read as UTC)")
                moment = moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise MalformedInput(_MALFORMED, f"{self.path}/{name} is not a time.") from error

    def done(self) -> None:
        """Name what was not taken."""
        self.left += self._untaken()

    def _untaken(self) -> Iterator[str]:
        counted = Counter(str(one.tag) for one in self.element)
        for name in counted:
            if name not in self._seen:
                short = name.removeprefix(f"{{{ELMO}}}")
                yield f"{self.path}/{short}" if self.path else short


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _language(stated: str) -> str:
    if not _LANGUAGE_TAG.match(stated):
        return _UNKNOWN_LANGUAGE
    first, dash, rest = stated.partition("-")
    return first.lower() + dash + rest
