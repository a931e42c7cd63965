"""Which claims may be disclosed one by one: paths, gathered into a tree that is built once for a whole class list.

Codes raised: ``sd-jwt-claim-not-disclosable``, ``sd-jwt-path-malformed``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from credenza.errors import MalformedInput

Path: TypeAlias = tuple[str | int | None, ...]

CREDENTIAL_TYPES = frozenset(("dc+sd-jwt", "vc+sd-jwt"))
NEVER_DISCLOSABLE = frozenset(("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"))  # SD-JWT VC 2.2.2.2
RESERVED_NAMES = frozenset(("_sd", "..."))


@dataclass(frozen=True)
class Frame:
    """A claim in the tree: whether it is disclosable itself, and what inside it is."""

    disclosable: bool
    inside: Mapping[str | int | None, Frame]


def frame(paths: Iterable[Path]) -> Frame:
    """Paths of disclosable claims to a tree; a path below another makes a nested disclosure (RFC 9901 section 4.2.6).

    Raises:
        MalformedInput: ``sd-jwt-path-malformed``, ``sd-jwt-claim-not-disclosable``.
    """
    wanted = tuple(paths)
    for path in wanted:
        if not path or not isinstance(path[0], str) or RESERVED_NAMES & set(path):
            raise MalformedInput("sd-jwt-path-malformed", f"The path {path!r} does not name a claim.")
        if path[0] in NEVER_DISCLOSABLE:
            raise not_disclosable(path[0])
    return _tree(wanted)


def not_disclosable(name: object) -> MalformedInput:
    """The error for a claim that a verifier must always see."""
    return MalformedInput("sd-jwt-claim-not-disclosable", f"The claim {name!r} must not be hidden.", claim=name)


def _tree(paths: tuple[Path, ...]) -> Frame:
    heads = dict.fromkeys(path[0] for path in paths if path)
    below = {head: tuple(path[1:] for path in paths if path and _covers(path[0], head)) for head in heads}
    return Frame(() in paths, {head: _tree(rest) for head, rest in below.items()})


def _covers(named: str | int | None, head: str | int | None) -> bool:
    return named == head or (named is None and isinstance(head, int))  # every element is also each one
