"""What a holder asks: ``POST /credentials/derive`` and ``POST /presentations/create`` (VC API section 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credenza.document.vcdm import check_presentation, identifier, version
from credenza.errors import MalformedInput
from credenza.exchange.vc_api.instance import VC_JWT, Instance, Reply
from credenza.exchange.vc_api.issue import issuer_of_instance
from credenza.exchange.vc_api.request import document_of, options_of, text_option, texts_option
from credenza.keys.verification_method import AUTHENTICATION
from credenza.proof.data_integrity import add_proof, derive, with_proof_terms
from credenza.proof.data_integrity.cryptosuites import ECDSA_SD_2023

_SUITES_FOR_HOLDERS = {"P-256": "ecdsa-rdfc-2019", "P-384": "ecdsa-rdfc-2019", "Ed25519": "eddsa-rdfc-2022"}


def derive_credential(body: Mapping[str, Any], instance: Instance) -> Reply:
    """The chosen parts of a credential with an ecdsa-sd-2023 base proof (201); option: selectivePointers.

    Raises:
        MalformedInput: ``request-malformed``, ``proof-malformed``, the codes of ``linked_data``.
        Refused: ``pointer-...``, ``selection-empty``.
    """
    credential = document_of(body, "verifiableCredential")
    pointers = texts_option(options_of(body), "selectivePointers")
    return Reply(201, {"verifiableCredential": derive(credential, pointers, catalogue=instance.catalogue)})


def create_presentation(body: Mapping[str, Any], instance: Instance, *, now: datetime) -> Reply:
    """A presentation, sealed by the instance as its holder (201); options: challenge, domain.

    Raises:
        MalformedInput: ``request-malformed``, the codes of ``vcdm.Fault`` and of ``linked_data``.
        Refused: ``issuing-not-offered``.
    """
    issuer = issuer_of_instance(instance)
    options = options_of(body)
    presentation = dict(document_of(body, "presentation"))
    if "proof" in presentation:
        raise MalformedInput("proof-already-there", "The presentation is already sealed.")
    if identifier(presentation.setdefault("holder", issuer.id)) != issuer.id:
        raise MalformedInput("vcdm-holder", "/holder: The presentation names another holder than this instance.")
    for fault in check_presentation(presentation):
        raise MalformedInput(fault.code, f"{fault.at}: {fault.reason}", at=fault.at)
    if version(presentation) == 1:
        presentation = with_proof_terms(presentation)
    suite = issuer.mechanism
    if suite in (ECDSA_SD_2023, VC_JWT):
        suite = _SUITES_FOR_HOLDERS[issuer.signer.public_key.kind]
    sealed = add_proof(
        presentation,
        issuer.signer,
        cryptosuite=suite,
        verification_method=issuer.signer.key_id,
        proof_purpose=AUTHENTICATION,
        created=now,
        challenge=text_option(options, "challenge"),
        domain=text_option(options, "domain"),
        catalogue=instance.catalogue,
    )
    return Reply(201, {"verifiablePresentation": sealed})
