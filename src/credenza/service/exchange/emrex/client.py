"""A learner fetches results from a provider (EMC): begin, receive, judge, keep; in doubt an evaluator decides.

The provider's post arrives without the learner's session (another site made it), so it is only stored, once, and
answered with a ticket; it is judged when the learner opens the ticket in their own session. Who lures somebody else's
browser into posting their results never gets the ticket.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from credenza.document import elmo
from credenza.errors import Conflict, Refused
from credenza.exchange.emrex import client, messages
from credenza.exchange.emrex.client import ClientPolicy, ClientSession, Received
from credenza.exchange.emrex.messages import FormPost, ReturnCode
from credenza.exchange.emrex.registry import Provider
from credenza.recognition.person import Assertion, Assurance
from credenza.record import Learner
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.exchange import registries
from credenza.service.exchange.emrex.keeping import Kept, keep
from credenza.service.exchange.models import EmrexFetch, FetchState
from credenza.service.recognition import marks
from credenza.service.recognition.identities import expected_of
from credenza.service.recognition.models import Requirement

_KEPT = timedelta(days=30)
_UNKNOWN = "emrex-session-unknown"


def policy() -> ClientPolicy:
    """What the operator allows."""
    return ClientPolicy(sha1_allowed_for=settings.CREDENZA.emrex_sha1_for)


def title_of(provider: Provider) -> str:
    """What people call a provider: its one institution, else its acronym."""
    return provider.institutions[0] if len(provider.institutions) == 1 else provider.acronym


def begin(
    user: User, provider: Provider, *, organisation: Organisation | None, requirement: Requirement | None = None
) -> FormPost:
    """A new request to a provider, as the form that the learner's browser posts.

    Raises:
        Unreachable: ``registry-too-old``. Refused: ``emrex-return-url``.
    """
    now = timezone.now()
    session, post = client.begin(
        provider,
        return_url=settings.SITE_URL + reverse("emrex_return"),
        randomness=os.urandom(16),
        now=now,
        allow_loopback=settings.CREDENZA.allow_loopback,
    )
    with transaction.atomic():
        EmrexFetch.objects.filter(
            learner=user, state__in=[FetchState.WAITING, FetchState.ANSWERED], expires_at__lt=now - _KEPT
        ).delete()
        EmrexFetch.objects.create(
            learner=user,
            organisation=organisation,
            requirement=requirement,
            provider=session.provider,
            provider_title=title_of(provider)[:300],
            session_digest=encryption.digest(session.session_id),
            expires_at=session.expires,
        )
    return post


def receive(fields: Mapping[str, str]) -> str:
    """A provider's post, stored once; the ticket by which the learner opens it.

    Raises:
        MalformedInput: ``emrex-session-id``, ``emrex-return-code``. Refused: ``emrex-session-unknown``,
            ``emrex-session-expired``. Conflict: ``emrex-session-used``.
    """
    now = timezone.now()
    messages.return_code(fields.get("returnCode", ""))
    digest = encryption.digest(messages.session_id(fields))
    fetch = EmrexFetch.objects.filter(session_digest=digest).first()
    if fetch is None:
        raise Refused(_UNKNOWN, "Nobody here asked for these results.")
    if fetch.state != FetchState.WAITING:
        raise Conflict("emrex-session-used", "This request was answered already.")
    if now >= fetch.expires_at:
        raise Refused("emrex-session-expired", "The answer came too late; please fetch your results again.")
    ticket = encryption.new_secret()
    answer = {name: fields.get(name, "") for name in ("sessionId", "returnCode", "returnMessage", "elmo")}
    stored = EmrexFetch.objects.filter(pk=fetch.pk, state=FetchState.WAITING).update(
        state=FetchState.ANSWERED, answer=answer, ticket_digest=encryption.digest(ticket), answered_at=now
    )
    if not stored:
        raise Conflict("emrex-session-used", "This request was answered already.")
    return ticket


def open_answer(fetch: EmrexFetch) -> EmrexFetch:
    """Judge a stored answer, and keep what may be kept; what is judged already stays as it is.

    Raises:
        Unreachable: the registry cannot be read now; the answer waits.
    """
    if fetch.state != FetchState.ANSWERED:
        return fetch
    expected = expected_of(fetch.learner)
    received = _judged(fetch, expected.learner)
    known = _known(received, expected)
    if received.code is not ReturnCode.OK:
        return _settle(fetch, FetchState.NOTHING, found={"code": received.code.value, "message": received.message})
    failed = [one for one in received.findings if one.outcome == "failed"]
    if failed or received.transcript is None or received.identity is None or received.document is None:
        reasons = [one.reason for one in failed]
        return _settle(fetch, FetchState.REFUSED, reasons=reasons, found={"codes": [one.code for one in failed]})
    if received.identity.verdict == "different":
        return _settle(fetch, FetchState.DIFFERENT, **known)
    if received.may_be_taken_over:
        return _take(fetch, received.document, received.transcript, expected.learner, known)
    if fetch.organisation_id is None:
        return _settle(fetch, FetchState.REFUSED, found={"codes": ["emrex-person-doubtful"]}, **known)
    return _settle(
        fetch, FetchState.DOUBT, document=received.document, found=_person(received.transcript.learner), **known
    )


def decide(fetch: EmrexFetch, *, same: bool, evaluator: User) -> EmrexFetch:
    """An evaluator's decision on whether results in doubt are of the learner who fetched them; kept with the results.

    Raises:
        Conflict: ``emrex-decided`` where somebody has decided already. MalformedInput: what is to be kept cannot be read.
        Refused: ``own-results``.
    """
    if fetch.learner_id == evaluator.pk:
        raise Refused("own-results", "Nobody decides whether results are their own.")
    if fetch.state != FetchState.DOUBT or fetch.document is None:
        raise Conflict("emrex-decided", "Somebody has decided this already.")
    document = bytes(fetch.document)
    state = FetchState.TAKEN if same else FetchState.DIFFERENT
    with transaction.atomic():
        changed = EmrexFetch.objects.filter(pk=fetch.pk, state=FetchState.DOUBT).update(
            state=state, decided_by=evaluator, document=None, found={}
        )
        if not changed or fetch.organisation is None:
            raise Conflict("emrex-decided", "Somebody has decided this already.")
        audit.record(fetch.organisation, "emrex.decided", actor=evaluator, subject=fetch.pk, same=same)
        if same:
            transcript = elmo.from_bytes(document)
            kept = keep(fetch.learner, document, transcript, expected=transcript.learner, sender=fetch.provider_title)
            _keep_found(fetch, kept)
            EmrexFetch.objects.filter(pk=fetch.pk).update(reasons=[*fetch.reasons, *kept.left_out])
    fetch.refresh_from_db()
    return fetch


def _known(received: Received, expected: Assertion) -> dict[str, Any]:
    """How well the person agrees with whom we expected, and who says who that is."""
    if received.identity is None:
        return {}
    by_institution = expected.assurance is Assurance.INSTITUTION
    source = [f"The person is compared with what was said at sign-in: {expected.source}."] if by_institution else []
    return {"score": received.identity.score, "reasons": [*received.identity.reasons, *source]}


def _judged(fetch: EmrexFetch, learner: Learner) -> Received:
    """The answer, judged by the registry as it was when the answer came, or later.

    A provider's new key takes effect in the registry at one moment (EMREG, 4.2): what it signed before with the old one
    counts no longer from then on, and what it signs with the new one counts at once.
    """
    now = timezone.now()
    answer: dict[str, str] = fetch.answer or {}
    session = ClientSession(answer["sessionId"], fetch.provider, expires=now + timedelta(minutes=1))
    _used, received = client.receive(
        session,
        answer,
        learner=learner,
        registry=registries.emreg(since=fetch.answered_at),
        policy=policy(),
        now=now,
    )
    return received


def _take(
    fetch: EmrexFetch, document: bytes, transcript: elmo.Transcript, expected: Learner, known: dict[str, Any]
) -> EmrexFetch:
    kept = keep(fetch.learner, document, transcript, expected=expected, sender=fetch.provider_title)
    settled = _settle(
        fetch, FetchState.TAKEN, found={}, score=known["score"], reasons=[*known["reasons"], *kept.left_out]
    )
    _keep_found(settled, kept)
    return settled


def _keep_found(fetch: EmrexFetch, kept: Kept) -> None:
    """What came is the fetch's; it may tell more of the learner's open cases, so the rules are put to them again."""
    with transaction.atomic():
        fetch.credentials.set(kept.credentials)
        marks.put_rules_again(marks.undecided().filter(applicant=fetch.learner))


def _settle(fetch: EmrexFetch, state: FetchState, **changes: Any) -> EmrexFetch:
    """Move an answer on, once; the provider's post is not kept any longer."""
    with transaction.atomic():
        if (
            EmrexFetch.objects.filter(pk=fetch.pk, state=FetchState.ANSWERED).update(
                state=state, answer=None, **changes
            )
            and fetch.organisation is not None
        ):
            audit.record(fetch.organisation, "emrex.received", actor="learner", subject=fetch.pk, state=state.value)
    fetch.refresh_from_db()
    return fetch


def _person(learner: Learner) -> dict[str, str]:
    """The person whom the results name, for whoever decides."""
    return {
        "name": learner.name or "",
        "birth_date": learner.birth_date.isoformat() if learner.birth_date else "",
        "esi": learner.esi or "",
    }
