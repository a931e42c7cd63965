"""One instance of the VC API: who issues with which key, how keys and documents are found, which contexts count.

The W3C's suites drive several instances of one service, one for each cryptosuite and kind of key.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from credenza.keys import FindVerificationMethod, Signer
from credenza.linked_data.contexts import ContextCatalogue
from credenza.ports.fetch import Fetch
from credenza.ports.vc_api import CredentialRegister

VC_JWT = "vc+jwt"
EXAMPLES = {
    "https://www.w3.org/ns/credentials/examples/v2": {"@vocab": "https://www.w3.org/ns/credentials/examples#"},
}
EXAMPLES_V1 = "https://www.w3.org/2018/credentials/examples/v1"


@dataclass(frozen=True)
class Reply:
    """An HTTP status and a JSON body."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Issuer:
    """Who seals: ``mechanism`` is a cryptosuite or ``vc+jwt``; the signer's key id is a verification method of ``id``.

    ``new_id`` makes an id for a credential without one. ``random_bytes`` and ``one_time_signer`` are what
    ecdsa-sd-2023 draws for each credential.
    """

    id: str
    mechanism: str
    signer: Signer
    new_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]
    one_time_signer: Callable[[], Signer]
    register: CredentialRegister | None = None


@cache
def open_catalogue() -> ContextCatalogue:
    """The pinned contexts, the W3C's contexts for examples, and whatever a document writes out itself."""
    return ContextCatalogue(added={**EXAMPLES, EXAMPLES_V1: _examples_v1()}, inline_contexts=True)


@dataclass(frozen=True)
class Instance:
    """Everything that an end point needs; without an issuer it only verifies."""

    find_method: FindVerificationMethod
    did_document: Callable[[str], Mapping[str, Any]]
    fetch: Fetch
    issuer: Issuer | None = None
    catalogue: ContextCatalogue = field(default_factory=open_catalogue)


def _examples_v1() -> Mapping[str, Any]:
    """The terms of the examples of VCDM 1.1, those of ODRL left out."""
    text = (files(__package__) / "examples_v1_terms.csv").read_text(encoding="utf-8")
    terms: dict[str, Any] = {}
    for row in csv.DictReader(text.splitlines()):
        terms[row["term"]] = {"@id": row["iri"], "@type": row["type"]} if row["type"] else row["iri"]
    return terms
