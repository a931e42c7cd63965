"""Enveloped credentials and presentations: an object whose id is a ``data:`` URL (VCDM 2.0 sections 4.13.1, 4.13.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from credenza.document.vcdm.fault import Fault
from credenza.document.vcdm.values import items
from credenza.linked_data.contexts import VC_V2

Enveloped = Literal["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"]
_DATA = re.compile(r"data:([a-z]+/[a-z0-9.+-]+),([A-Za-z0-9._~-]+)")
_MEMBERS = frozenset({"@context", "type", "id"})


@dataclass(frozen=True)
class Envelope:
    """What an envelope holds: a media type (``application/vc+jwt``) and the token."""

    media_type: str
    token: str


def is_envelope(node: Any) -> bool:
    """Whether an object means to be an envelope: by its type, or because its id is a ``data:`` URL."""
    if not isinstance(node, Mapping):
        return False
    kinds, address = items(node.get("type")), node.get("id")
    by_type = any(isinstance(kind, str) and kind.startswith("EnvelopedVerifiable") for kind in kinds)
    return by_type or (isinstance(address, str) and address.startswith("data:"))


def check_envelope(node: Mapping[str, Any], kind: Enveloped) -> tuple[Fault, ...]:
    """Every MUST that an envelope of a kind breaks; members that no signature covers are refused too."""
    faults = []
    contexts = items(node.get("@context"))
    if not contexts or contexts[0] != VC_V2 or not all(isinstance(item, str) for item in contexts):
        faults.append(Fault("vcdm-envelope", "/@context", f"The context of an envelope must begin with {VC_V2}."))
    if items(node.get("type")) != [kind]:
        faults.append(Fault("vcdm-envelope", "/type", f"The type of the envelope must be {kind}."))
    address = node.get("id")
    if not isinstance(address, str) or _DATA.fullmatch(address) is None:
        faults.append(Fault("vcdm-envelope", "/id", "The id of an envelope must be a data: URL with a secured token."))
    for name in sorted(node.keys() - _MEMBERS):
        faults.append(Fault("vcdm-envelope", f"/{name}", "Nothing beside the envelope is covered by its signature."))
    return tuple(faults)


def open_envelope(node: Mapping[str, Any]) -> Envelope:
    """What a sound envelope holds."""
    found = _DATA.fullmatch(node["id"])
    if found is None:
        raise ValueError("the envelope was not checked")
    return Envelope(found.group(1), found.group(2))


def to_envelope(token: str, media_type: str, kind: Enveloped) -> dict[str, Any]:
    """A token as an envelope."""
    return {"@context": VC_V2, "type": kind, "id": f"data:{media_type},{token}"}
