"""The names of the claims: the European ones, and ours for what those lack."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

VCT = "urn:eu.europa.ec.eudi:learning:credential:1"
TYPE_METADATA_VCT = "https://w3id.org/credenza/vct/micro-credential/1"


@dataclass(frozen=True)
class ClaimName:
    """A claim: whether Europe gave the name, which element of Annex I it is (None: none), and its English label."""

    name: str
    european: bool
    element: int | None
    label: str


@cache
def claim_names() -> tuple[ClaimName, ...]:
    """All disclosable claims, in the order in which they are written."""
    text = resources.files("credenza.document.sd_jwt_vc").joinpath("claim_names.csv").read_text("utf-8")
    return tuple(
        ClaimName(row["claim"], row["european"] == "yes", int(row["element"]) if row["element"] else None, row["label"])
        for row in csv.DictReader(text.splitlines())
    )


DISCLOSABLE = tuple(one.name for one in claim_names())
"""The claims that a holder may show or leave out one by one."""
