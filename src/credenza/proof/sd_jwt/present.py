"""Choosing what to show: a presentation with only the disclosures that the chosen claims need (RFC 9901 section 7.2).

Codes raised: ``sd-jwt-claim-not-held``, and those of ``unpack``.
"""

from __future__ import annotations

from collections.abc import Iterable

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.proof import jws
from credenza.proof.sd_jwt import parts
from credenza.proof.sd_jwt.frame import Path
from credenza.proof.sd_jwt.unpack import unpack


def present(sd_jwt: str, *, disclose: Iterable[Path]) -> str:
    """A presentation that shows the claims at these paths, with what stands above and below them, and hides the rest.

    A claim that is always shown may be named; one that the credential does not have may not.

    Raises:
        MalformedInput: see the module.
    """
    held = parts.parse(sd_jwt)
    payload = strict_json.loads_object(jws.parse_compact(held.token, understood_critical=jws.NONE_UNDERSTOOD).payload)
    unpacked = unpack(payload, held.disclosures)
    wanted = tuple(disclose)
    for path in wanted:
        if not _is_held(unpacked.claims, path):
            raise MalformedInput("sd-jwt-claim-not-held", f"The credential has no claim {path!r}.", path=path)
    chosen = {item.text for path, item in unpacked.disclosed.items() if any(_overlaps(path, asked) for asked in wanted)}
    return "~".join((held.token, *(text for text in held.disclosures if text in chosen), ""))


def _overlaps(disclosed: Path, asked: Path) -> bool:
    return all(there == here or here is None for there, here in zip(disclosed, asked, strict=False))


def _is_held(claims: object, path: Path) -> bool:
    if not path:
        return True
    first, rest = path[0], path[1:]
    if isinstance(claims, dict):
        return isinstance(first, str) and first in claims and _is_held(claims[first], rest)
    if isinstance(claims, list):
        if first is None:
            return any(_is_held(item, rest) for item in claims)
        return isinstance(first, int) and 0 <= first < len(claims) and _is_held(claims[first], rest)
    return False
