"""The type metadata of our claims: it extends the European type and says what each claim is (SD-JWT VC section 6)."""

from __future__ import annotations

from typing import Any

from credenza.document.sd_jwt_vc.names import TYPE_METADATA_VCT, VCT, claim_names


def type_metadata() -> dict[str, Any]:
    """The document that is published at ``TYPE_METADATA_VCT``."""
    return {
        "vct": TYPE_METADATA_VCT,
        "name": "Micro-credential",
        "description": "A micro-credential that says all that Council Recommendation 2022/C 243/02, Annex I, asks.",
        "extends": VCT,
        "display": [{"locale": "en", "name": "Micro-credential"}],
        "claims": [
            {"path": [one.name], "display": [{"locale": "en", "label": one.label}], "sd": "always"}
            for one in claim_names()
        ],
    }
