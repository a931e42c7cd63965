"""An organisation as a provider of results (EMP): the request is stored, the student chooses, one answer goes back.

The steps are those of ``credenza.exchange.emrex.provider``; here they get their place in the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from credenza.errors import Conflict, CredenzaError
from credenza.exchange.emrex import provider
from credenza.exchange.emrex.messages import FormPost, ReturnCode
from credenza.exchange.emrex.provider import ProviderSession, ReturnPolicy
from credenza.keys import Signer
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.exchange.attachments import attachments
from credenza.service.exchange.models import EmrexRequest, TransferSettings
from credenza.service.issuance import keys
from credenza.service.issuance.models import Award, KeyPurpose

_KEPT = timedelta(days=7)


def begin(organisation: Organisation, fields: Mapping[str, str]) -> EmrexRequest:
    """A client's post, stored until the student has answered it.

    Raises:
        MalformedInput: ``emrex-session-id``. Refused: ``emrex-return-url``.
    """
    now = timezone.now()
    session = provider.receive_request(fields, policy=policy_of(organisation), now=now)
    EmrexRequest.objects.filter(expires_at__lt=now - _KEPT).delete()
    return EmrexRequest.objects.create(
        organisation=organisation,
        session_id=session.session_id,
        return_url=session.return_url,
        expires_at=session.expires,
    )


def policy_of(organisation: Organisation) -> ReturnPolicy:
    """To which hosts the organisation lets results go."""
    stored = TransferSettings.objects.filter(organisation=organisation).first()
    hosts = frozenset(stored.client_hosts.split()) if stored is not None else frozenset()
    return ReturnPolicy(hosts, allow_loopback=settings.CREDENZA.allow_loopback)


def open_request(stored: EmrexRequest, student: User) -> ProviderSession:
    """The request as this student's from now on.

    Raises:
        Refused: ``emrex-session-expired``, ``emrex-session-of-another``. Conflict: ``emrex-session-used``.
    """
    provider.sign_in(_session(stored), str(student.pk), now=timezone.now())
    EmrexRequest.objects.filter(pk=stored.pk, student=None).update(student=student)
    stored.refresh_from_db()
    return provider.sign_in(_session(stored), str(student.pk), now=timezone.now())


def results_of(organisation: Organisation, student: User) -> QuerySet[Award]:
    """What the student may take along: awards of this organisation in their wallet that are in force."""
    return Award.objects.in_force().filter(organisation=organisation, holder=student).select_related("version")


def send(stored: EmrexRequest, student: User, chosen: Sequence[Award]) -> FormPost:
    """The chosen results, signed, as the post that takes them to the client; an error there is told to the client.

    Raises:
        Refused: ``elmo-several-learners``, which the student can mend by choosing fewer; others as ``open_request``.
        Conflict: ``emrex-session-used``.
    """
    session = open_request(stored, student)
    try:
        session, post = provider.answer_results(
            session,
            [award.as_record for award in chosen],
            signer=_signer(stored.organisation),
            now=timezone.now(),
            sealed={award.urn: attachments(award) for award in chosen},
        )
    except CredenzaError as error:
        if error.code == "elmo-several-learners":
            raise
        return send_without(stored, student, ReturnCode.ERROR, error.message)
    _answered(stored, session, len(chosen))
    return post


def send_without(stored: EmrexRequest, student: User, code: ReturnCode, message: str = "") -> FormPost:
    """An answer without results: cancelled, none there, or an error.

    Raises:
        Refused, Conflict: as ``open_request``.
    """
    session, post = provider.answer_without(open_request(stored, student), code, message, now=timezone.now())
    _answered(stored, session, 0)
    return post


def _session(stored: EmrexRequest) -> ProviderSession:
    return ProviderSession(
        session_id=stored.session_id,
        return_url=stored.return_url,
        expires=stored.expires_at,
        subject=str(stored.student_id) if stored.student_id else None,
        answered=ReturnCode(stored.answered) if stored.answered else None,
    )


def _answered(stored: EmrexRequest, session: ProviderSession, count: int) -> None:
    """Use the request up; of two answers given at once one wins."""
    code = session.answered.value if session.answered else ""
    with transaction.atomic():
        if not EmrexRequest.objects.filter(pk=stored.pk, answered="").update(answered=code):
            raise Conflict("emrex-session-used", "This request was answered already.")
        audit.record(
            stored.organisation, "emrex.answered", actor="learner", subject=stored.pk, code=code, results=count,
            client=session.client_host,
        )  # fmt: skip


def _signer(organisation: Organisation) -> Signer:
    return keys.open_key(keys.transfer_key(organisation, KeyPurpose.EMREX, actor="emrex"))
