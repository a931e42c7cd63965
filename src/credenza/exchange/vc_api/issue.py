"""``POST /credentials/issue``: a credential is completed, held against every MUST, and sealed.

VC API section 3.2. The instance is the issuer: whatever issuer a request names, the credential names the instance, for
nobody else's key signs it. A request without an issuer, or with one that is no address, is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from credenza.document.vcdm import is_url, items, to_envelope, version
from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.exchange.vc_api.instance import VC_JWT, Instance, Issuer, Reply
from credenza.exchange.vc_api.judge_credential import credential_faults, resource_findings
from credenza.exchange.vc_api.request import document_of, options_of, text_option, texts_option
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.linked_data.contexts import ContextCatalogue
from credenza.linked_data.guard import refuse_uncovered
from credenza.proof import vc_jwt
from credenza.proof.data_integrity import add_base_proof, add_proof, with_proof_terms
from credenza.proof.data_integrity.cryptosuites import ECDSA_SD_2023
from credenza.proof.data_integrity.proofs import timestamp
from credenza.status.bitstring import MAXIMUM_STATUSES, BitstringEntry

STATUS_CONTEXT = "https://www.w3.org/ns/credentials/status/v1"
# What a holder of an ecdsa-sd-2023 credential can never leave out: who speaks, and whether it still holds.
ALWAYS_SHOWN = ("issuer", "issuanceDate", "expirationDate", "validFrom", "validUntil", "credentialStatus")


def issue(body: Mapping[str, Any], instance: Instance, *, now: datetime) -> Reply:
    """The sealed credential (201); options: credentialId, mandatoryPointers.

    Raises:
        MalformedInput: ``request-malformed``, the codes of ``vcdm.Fault``, ``status-entry-malformed``,
            ``related-resource-changed``, and the codes of ``linked_data`` and of the proof.
        Refused: ``issuing-not-offered``, ``pointer-...``. Conflict: ``credential-exists``.
    """
    issuer = issuer_of_instance(instance)
    options = options_of(body)
    pointers = texts_option(options, "mandatoryPointers")
    credential = _completed(document_of(body, "credential"), text_option(options, "credentialId"), issuer, now)
    _refuse_uncovered(credential, instance)
    handle = text_option(options, "credentialId") or credential["id"]
    entries = issuer.register.reserve(handle) if issuer.register is not None else []
    try:
        credential = _with_status(credential, entries)
        return Reply(201, {"verifiableCredential": _sealed(credential, pointers, issuer, instance.catalogue, now)})
    except CredenzaError:
        if issuer.register is not None:
            issuer.register.release(handle)
        raise


def issuer_of_instance(instance: Instance) -> Issuer:
    """The instance's issuer.

    Raises:
        Refused: ``issuing-not-offered``.
    """
    if instance.issuer is None:
        raise Refused("issuing-not-offered", "This instance does not issue.")
    return instance.issuer


def _completed(
    credential: Mapping[str, Any], credential_id: str | None, issuer: Issuer, now: datetime
) -> dict[str, Any]:
    """The credential as it is to be sealed, once what the request says of it is sound."""
    if "proof" in credential:
        raise MalformedInput("proof-already-there", "The credential is already sealed.")
    completed = dict(credential)
    completed.setdefault("id", credential_id if is_url(credential_id) else issuer.new_id())
    if version(completed) == 1:
        completed.setdefault("issuanceDate", timestamp(now))
        completed = with_proof_terms(completed)
    for fault in credential_faults(completed, offset_required=True):
        raise MalformedInput(fault.code, f"{fault.at}: {fault.reason}", at=fault.at)
    named = completed["issuer"]
    completed["issuer"] = {**named, "id": issuer.id} if isinstance(named, Mapping) else issuer.id
    return completed


def _refuse_uncovered(credential: Mapping[str, Any], instance: Instance) -> None:
    refuse_uncovered(credential, catalogue=instance.catalogue)
    for finding in resource_findings(credential, instance):
        if finding.outcome == "failed":
            raise MalformedInput(finding.code, finding.reason)


def _with_status(credential: dict[str, Any], entries: Sequence[BitstringEntry]) -> dict[str, Any]:
    given = items(credential["credentialStatus"]) if "credentialStatus" in credential else []
    if len(given) + len(entries) > MAXIMUM_STATUSES:
        raise MalformedInput("status-entry-malformed", f"A credential has at most {MAXIMUM_STATUSES} statuses.")
    if not entries:
        return credential
    every = [*given, *({"id": f"{entry.list_url}#{entry.index}", **entry.to_document()} for entry in entries)]
    if version(credential) == 1 and STATUS_CONTEXT not in credential["@context"]:
        credential = {**credential, "@context": [*credential["@context"], STATUS_CONTEXT]}
    return {**credential, "credentialStatus": every[0] if len(every) == 1 else every}


def _sealed(
    credential: Mapping[str, Any],
    pointers: Sequence[str],
    issuer: Issuer,
    catalogue: ContextCatalogue,
    now: datetime,
) -> Mapping[str, Any]:
    signer = issuer.signer
    if issuer.mechanism == VC_JWT:
        token = vc_jwt.sign(json.dumps(credential, ensure_ascii=False).encode(), signer)
        return to_envelope(token, f"application/{VC_JWT}", "EnvelopedVerifiableCredential")
    if issuer.mechanism == ECDSA_SD_2023:
        return add_base_proof(
            credential,
            signer,
            one_time_signer=issuer.one_time_signer(),
            hmac_key=issuer.random_bytes(32),
            mandatory_pointers=_mandatory(credential, pointers),
            verification_method=signer.key_id,
            proof_purpose=ASSERTION_METHOD,
            created=now,
            catalogue=catalogue,
        )
    return add_proof(
        credential,
        signer,
        cryptosuite=issuer.mechanism,
        verification_method=signer.key_id,
        proof_purpose=ASSERTION_METHOD,
        created=now,
        catalogue=catalogue,
    )


def _mandatory(credential: Mapping[str, Any], asked: Sequence[str]) -> list[str]:
    always = [f"/{name}" for name in ALWAYS_SHOWN if name in credential]
    return [*asked, *(pointer for pointer in always if pointer not in asked)]
