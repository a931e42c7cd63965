"""What a presentation MUST be (VCDM 2.0 section 4.13); the credentials inside are each checked apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from credenza.document.vcdm import values
from credenza.document.vcdm.credential import part_faults, proof_faults
from credenza.document.vcdm.fault import Fault
from credenza.document.vcdm.values import id_faults, is_url, items, type_faults

PRESENTATION = "VerifiablePresentation"
MAXIMUM_CREDENTIALS = 50


def check_presentation(presentation: Any) -> tuple[Fault, ...]:
    """Every MUST of the data model that a presentation breaks, the credentials inside left aside."""
    if not isinstance(presentation, Mapping):
        return (Fault("vcdm-not-an-object", "", "A presentation must be an object."),)
    return tuple(_faults(presentation))


def _faults(presentation: Mapping[str, Any]) -> Iterator[Fault]:
    yield from values.context_faults(presentation)
    yield from type_faults(presentation, "", required=PRESENTATION)
    yield from id_faults(presentation, "")
    yield from part_faults(presentation, "termsOfUse")
    yield from proof_faults(presentation)
    holder = presentation.get("holder")
    if "holder" in presentation and not is_url(holder.get("id") if isinstance(holder, Mapping) else holder):
        yield Fault(
            "vcdm-holder", "/holder", "The holder must be an absolute address, or an object with one as its id."
        )
    inside = items(presentation.get("verifiableCredential", []))
    if len(inside) > MAXIMUM_CREDENTIALS:
        reason = f"A presentation of more than {MAXIMUM_CREDENTIALS} credentials is not looked at."
        yield Fault("vcdm-credentials", "/verifiableCredential", reason)
    elif not all(isinstance(item, Mapping) for item in inside):
        yield Fault("vcdm-credentials", "/verifiableCredential", "Each credential must be an object.")
