"""Putting disclosures back where their digests stand (RFC 9901 section 7.1 step 3), suspecting every one of them.

Codes raised: ``sd-jwt-digest-duplicate``, ``sd-jwt-disclosure-duplicate``, ``sd-jwt-disclosure-unused``,
``sd-jwt-disclosure-reserved-name``, ``sd-jwt-disclosure-misplaced``, ``sd-jwt-claim-overridden``, ``sd-jwt-malformed``,
``sd-jwt-too-deep``, and those of ``parts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from credenza.errors import MalformedInput
from credenza.proof.sd_jwt import parts
from credenza.proof.sd_jwt.frame import RESERVED_NAMES, Path
from credenza.proof.sd_jwt.parts import Disclosure

_MAXIMUM_DEPTH = 64


@dataclass(frozen=True)
class Unpacked:
    """The claims that are shown, the disclosure behind each disclosed path, and the objects that hide claims.

    ``withheld`` says that there are digests of which nothing is shown: claims, or decoys that stand for none.
    """

    claims: Mapping[str, Any]
    disclosed: Mapping[Path, Disclosure]
    hiding: frozenset[Path]
    withheld: bool


def unpack(payload: Mapping[str, Any], disclosures: Iterable[str]) -> Unpacked:
    """The signed payload with its disclosures in place and every trace of the mechanism taken out.

    Raises:
        MalformedInput: see the module.
    """
    name = parts.hash_name(payload)
    waiting: dict[str, Disclosure] = {}
    for text in disclosures:
        digest = parts.digest(text, name)
        if digest in waiting:
            raise MalformedInput("sd-jwt-disclosure-duplicate", "A claim is disclosed twice.")
        waiting[digest] = parts.disclosure(text)
    unpacking = _Unpacking(waiting)
    claims = unpacking.members({key: value for key, value in payload.items() if key != "_sd_alg"}, (), 0)
    if len(unpacking.disclosed) != len(waiting):
        raise MalformedInput("sd-jwt-disclosure-unused", "A claim is shown that the issuer did not sign.")
    withheld = unpacking.met > len(unpacking.disclosed)
    return Unpacked(claims, unpacking.disclosed, frozenset(unpacking.hiding), withheld)


class _Unpacking:
    """One credential's walk: every digest may be met once, every disclosure must be met."""

    def __init__(self, waiting: Mapping[str, Disclosure]) -> None:
        self.disclosed: dict[Path, Disclosure] = {}
        self.hiding: set[Path] = set()
        self._waiting = waiting
        self._met: set[str] = set()

    @property
    def met(self) -> int:
        """How many digests there are."""
        return len(self._met)

    def members(self, value: Mapping[str, Any], path: Path, depth: int) -> dict[str, Any]:
        if "..." in value:
            raise MalformedInput("sd-jwt-malformed", "A hidden array element stands outside an array.")
        shown = {
            name: self._value(item, (*path, name), depth) if isinstance(item, dict | list) else item
            for name, item in value.items()
            if name != "_sd"
        }
        if "_sd" in value:
            self.hiding.add(path)
            if not isinstance(value["_sd"], list):
                raise MalformedInput("sd-jwt-malformed", "The list of hidden claims is damaged.")
            for digest in value["_sd"]:
                self._member(digest, shown, path, depth)
        return shown

    def _member(self, digest: Any, shown: dict[str, Any], path: Path, depth: int) -> None:
        found = self._meet(digest)
        if found is None:
            return
        if found.name is None:
            raise MalformedInput("sd-jwt-disclosure-misplaced", "An array element is disclosed as if it were a claim.")
        if found.name in RESERVED_NAMES:
            raise MalformedInput("sd-jwt-disclosure-reserved-name", f"A disclosed claim is called {found.name!r}.")
        if found.name in shown:
            raise MalformedInput(
                "sd-jwt-claim-overridden", f"The claim {found.name!r} is there twice.", claim=found.name
            )
        here = (*path, found.name)
        self.disclosed[here] = found
        # a claim of the root that hides nothing is shown as it was parsed: not deeper than ``strict_json`` allows
        shown[found.name] = found.value if found.plain and depth == 0 else self._value(found.value, here, depth)

    def _elements(self, values: list[Any], path: Path, depth: int) -> list[Any]:
        shown = []
        for index, item in enumerate(values):
            if not isinstance(item, dict) or "..." not in item:
                shown.append(self._value(item, (*path, index), depth))
                continue
            if len(item) != 1:
                raise MalformedInput("sd-jwt-malformed", "A hidden array element is damaged.")
            found = self._meet(item["..."])
            if found is None:
                continue
            if found.name is not None:
                raise MalformedInput(
                    "sd-jwt-disclosure-misplaced", "A claim is disclosed as if it were an array element."
                )
            self.disclosed[(*path, index)] = found
            shown.append(self._value(found.value, (*path, index), depth))
        return shown

    def _value(self, value: Any, path: Path, depth: int) -> Any:
        if depth >= _MAXIMUM_DEPTH:
            raise MalformedInput("sd-jwt-too-deep", "The claims nest deeper than in any real credential.")
        if isinstance(value, dict):
            return self.members(value, path, depth + 1)
        if isinstance(value, list):
            return self._elements(value, path, depth + 1)
        return value

    def _meet(self, digest: Any) -> Disclosure | None:
        if not isinstance(digest, str):
            raise MalformedInput("sd-jwt-malformed", "A digest of a hidden claim is damaged.")
        if digest in self._met:
            raise MalformedInput("sd-jwt-digest-duplicate", "The same hidden claim stands in two places.")
        self._met.add(digest)
        return self._waiting.get(digest)
