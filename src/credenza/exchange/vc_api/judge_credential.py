"""Verify one credential: the data model first, then the proof, and only what the proof covers is judged further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from credenza.document.vcdm import Fault, check_credential, check_envelope, items, moment, open_envelope, version
from credenza.document.vcdm.envelope import is_envelope
from credenza.document.vcdm.related_resource import related_resources
from credenza.errors import CredenzaError, Refused, Unreachable
from credenza.exchange.vc_api.instance import EXAMPLES, EXAMPLES_V1, VC_JWT, Instance
from credenza.exchange.vc_api.judge_proof import credential_token, embedded_findings, issuer_of
from credenza.exchange.vc_api.judge_status import entry_faults, status_findings
from credenza.exchange.vc_api.judgement import Expected, Judgement
from credenza.exchange.vc_api.problems import of_error, of_fault
from credenza.finding import Finding, failed, warning
from credenza.linked_data.contexts import published

_RESOURCE_BYTES = 2 * 1024 * 1024
_ANY_TYPE: tuple[str, ...] = ()


def judge_credential(
    credential: Mapping[str, Any], expected: Expected, instance: Instance, *, now: datetime
) -> Judgement:
    """Everything that is wrong with a secured credential, embedded or enveloped, at a time."""
    judgement = Judgement()
    try:
        if is_envelope(credential):
            _open(credential, judgement, instance, now)
        else:
            judgement.problems += map(of_fault, credential_faults(credential))
            if judgement.verified:
                judgement.take(embedded_findings(credential, issuer_of(credential), expected, instance, now))
                judgement.document = credential
        if judgement.verified and judgement.document is not None:
            judgement.take(_content_findings(judgement.document, instance, now))
    except CredenzaError as error:
        judgement.problems.append(of_error(error))
    return judgement


def _open(envelope: Mapping[str, Any], judgement: Judgement, instance: Instance, now: datetime) -> None:
    judgement.problems += map(of_fault, check_envelope(envelope, "EnvelopedVerifiableCredential"))
    if not judgement.verified:
        return
    content = open_envelope(envelope)
    if content.media_type != f"application/{VC_JWT}":
        raise Refused("envelope-unsupported", f"Envelopes of the kind {content.media_type[:60]} are not opened here.")
    judgement.document, findings = credential_token(content.token, instance, now)
    judgement.take(findings)
    judgement.problems += map(of_fault, credential_faults(judgement.document))


def credential_faults(credential: Mapping[str, Any], *, offset_required: bool = False) -> tuple[Fault, ...]:
    """Every MUST of the data model and of its status entries that a credential breaks by its form."""
    faults = check_credential(credential, offset_required=offset_required)
    return (*faults, *entry_faults(credential)) if isinstance(credential, Mapping) else faults


def _content_findings(credential: Mapping[str, Any], instance: Instance, now: datetime) -> Iterator[Finding]:
    yield from validity_findings(credential, now)
    yield from status_findings(credential, instance, now)
    yield from resource_findings(credential, instance)
    if "credentialSchema" in credential:
        yield warning("schema-not-checked", "The credential names a schema, against which it was not checked.")
    if any(url in (*EXAMPLES, EXAMPLES_V1) for url in items(credential["@context"]) if isinstance(url, str)):
        yield warning("context-for-examples", "The credential uses a context that is only meant for examples.")


def validity_findings(credential: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Whether the credential is valid at a time (VCDM 2.0 section 4.9, VCDM 1.1 section 4.6)."""
    begins, ends = ("issuanceDate", "expirationDate") if version(credential) == 1 else ("validFrom", "validUntil")
    first, last = moment(credential.get(begins)), moment(credential.get(ends))
    if first is not None and now < first:
        yield failed("not-yet-valid", f"The credential is valid only from {credential[begins]}.")
    if last is not None and now > last:
        yield failed("expired", f"The credential was valid until {credential[ends]}.")


def resource_findings(credential: Mapping[str, Any], instance: Instance) -> Iterator[Finding]:
    """Whether the related resources are those that the issuer saw (VCDM 2.0 section 5.3)."""
    if "relatedResource" not in credential:
        return
    for resource in related_resources(credential["relatedResource"]):
        try:
            content = _content_of(resource.url, instance)
        except (Unreachable, Refused) as error:
            yield warning("related-resource-not-checked", f"{resource.url[:200]}: {error.message}")
            continue
        if not all(digest.fits(content) for digest in resource.digests):
            yield failed("related-resource-changed", f"{resource.url[:200]} is not the resource that the issuer saw.")


def _content_of(url: str, instance: Instance) -> bytes:
    known = published(url)
    return instance.fetch(url, accept=_ANY_TYPE, maximum_bytes=_RESOURCE_BYTES).content if known is None else known
