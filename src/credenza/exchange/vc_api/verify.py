"""``POST /credentials/verify`` and ``POST /presentations/verify``: 200 where everything holds, else 400.

VC API section 3.3. "Verified" says that the document is what its issuer (or holder) made, that it is valid now, and
that its status was read; whether the issuer may be trusted is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from credenza.exchange.vc_api.instance import Instance, Reply
from credenza.exchange.vc_api.judge_credential import judge_credential
from credenza.exchange.vc_api.judge_presentation import judge_presentation
from credenza.exchange.vc_api.judgement import Expected, Judgement
from credenza.exchange.vc_api.problems import Problem
from credenza.exchange.vc_api.request import document_of, options_of, text_option
from credenza.keys.verification_method import ASSERTION_METHOD, AUTHENTICATION


def verify_credential(body: Mapping[str, Any], instance: Instance, *, now: datetime) -> Reply:
    """The reply about ``verifiableCredential``; options: expectedProofPurpose, domain, challenge, returnCredential.

    Raises:
        MalformedInput: ``request-malformed``.
    """
    credential = document_of(body, "verifiableCredential")
    options = options_of(body)
    judgement = judge_credential(credential, _expected(options, ASSERTION_METHOD), instance, now=now)
    reply = _body(judgement.problems, judgement.warnings)
    if judgement.verified and options.get("returnCredential") is True:
        reply["credential"] = judgement.document
    return Reply(200 if judgement.verified else 400, reply)


def verify_presentation(body: Mapping[str, Any], instance: Instance, *, now: datetime) -> Reply:
    """The reply about ``verifiablePresentation``; options: challenge, domain, expectedProofPurpose.

    Raises:
        MalformedInput: ``request-malformed``.
    """
    presentation = document_of(body, "verifiablePresentation")
    expected = _expected(options_of(body), AUTHENTICATION)
    judgement, inside = judge_presentation(presentation, expected, instance, now=now)
    every = [judgement, *inside]
    reply = _body(
        [problem for one in every for problem in one.problems], [problem for one in every for problem in one.warnings]
    )
    reply["presentationResult"] = _part(judgement)
    reply["credentialResults"] = [_part(one) for one in inside]
    return Reply(200 if reply["verified"] else 400, reply)


def _expected(options: Mapping[str, Any], purpose: str) -> Expected:
    return Expected(
        purpose=text_option(options, "expectedProofPurpose") or purpose,
        domain=text_option(options, "domain"),
        challenge=text_option(options, "challenge"),
    )


def _body(problems: Sequence[Problem], warnings: Sequence[Problem]) -> dict[str, Any]:
    body: dict[str, Any] = {"verified": not problems}
    if problems:
        body |= problems[0].to_json() | {"status": 400}
    body["errors"] = [problem.to_json() for problem in problems]
    body["warnings"] = [problem.to_json() for problem in warnings]
    body["problemDetails"] = body["errors"] + body["warnings"]
    return body


def _part(judgement: Judgement) -> dict[str, Any]:
    return {"verified": judgement.verified, "problemDetails": [problem.to_json() for problem in judgement.problems]}
