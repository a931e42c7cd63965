"""Verify one presentation and every credential inside (VCDM 2.0 sections 4.13 and 7.1).

A credential without a proof of its own is only taken where the holder asserts it: the issuer that it names must be the
holder of the presentation, whose proof then covers it (section 4.13.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from credenza.document.vcdm import (
    check_envelope,
    check_presentation,
    identifier,
    items,
    open_envelope,
)
from credenza.document.vcdm.envelope import is_envelope
from credenza.errors import CredenzaError, Refused
from credenza.exchange.vc_api.instance import Instance
from credenza.exchange.vc_api.judge_credential import credential_faults, judge_credential, validity_findings
from credenza.exchange.vc_api.judge_proof import embedded_findings, issuer_of, presentation_token
from credenza.exchange.vc_api.judge_status import status_findings
from credenza.exchange.vc_api.judgement import Expected, Judgement
from credenza.exchange.vc_api.problems import Problem, of_error, of_fault
from credenza.finding import warning
from credenza.keys.verification_method import ASSERTION_METHOD

_TOKEN = "application/vp+jwt"


def judge_presentation(
    presentation: Mapping[str, Any], expected: Expected, instance: Instance, *, now: datetime
) -> tuple[Judgement, list[Judgement]]:
    """Everything that is wrong with a presentation, and with each of its credentials, in order."""
    judgement, inside = Judgement(), []
    try:
        if is_envelope(presentation):
            _open(presentation, expected, judgement, instance, now)
        else:
            _look_into(presentation, expected, judgement, instance, now)
        if judgement.verified and judgement.document is not None:
            inside = list(_credentials(judgement.document, instance, now))
    except CredenzaError as error:
        judgement.problems.append(of_error(error))
    return judgement, inside


def _look_into(
    presentation: Mapping[str, Any], expected: Expected, judgement: Judgement, instance: Instance, now: datetime
) -> None:
    judgement.problems += map(of_fault, check_presentation(presentation))
    if not judgement.verified:
        return
    holder = identifier(presentation.get("holder"))
    judgement.take(embedded_findings(presentation, holder, expected, instance, now))
    if expected.challenge is None:
        reason = "No challenge was asked for: the presentation may be a copy of one made for somebody else."
        judgement.take([warning("challenge-not-asked", reason)])
    judgement.document = presentation


def _open(
    envelope: Mapping[str, Any], expected: Expected, judgement: Judgement, instance: Instance, now: datetime
) -> None:
    judgement.problems += map(of_fault, check_envelope(envelope, "EnvelopedVerifiablePresentation"))
    if not judgement.verified:
        return
    content = open_envelope(envelope)
    if content.media_type != _TOKEN:
        raise Refused("envelope-unsupported", f"Envelopes of the kind {content.media_type[:60]} are not opened here.")
    if expected.challenge is None or expected.domain is None:
        raise Refused("challenge-not-expected", "An enveloped presentation is only checked with challenge and domain.")
    judgement.document, findings = presentation_token(content.token, expected.challenge, expected.domain, instance, now)
    judgement.take(findings)
    judgement.problems += map(of_fault, check_presentation(judgement.document))


def _credentials(presentation: Mapping[str, Any], instance: Instance, now: datetime) -> Iterator[Judgement]:
    holder = identifier(presentation.get("holder"))
    for credential in items(presentation.get("verifiableCredential", [])):
        if is_envelope(credential) or "proof" in credential:
            yield judge_credential(credential, Expected(ASSERTION_METHOD), instance, now=now)
        else:
            yield _self_asserted(credential, holder, instance, now)


def _self_asserted(credential: Mapping[str, Any], holder: str | None, instance: Instance, now: datetime) -> Judgement:
    judgement = Judgement()
    judgement.problems += map(of_fault, credential_faults(credential))
    if judgement.verified and (holder is None or issuer_of(credential) != holder):
        reason = "A credential without a proof must be issued by the holder of the presentation, who must be named."
        judgement.problems.append(Problem("proof-missing", reason))
    if judgement.verified:
        judgement.document = credential
        judgement.take(validity_findings(credential, now))
        judgement.take(status_findings(credential, instance, now))
    return judgement
