"""The provider's end (EMP): from the client's post, through the student's sign-in and choice, to the signed answer.

Each step takes the state and gives the next; a session answers once, and only before it expires. The student's consent
is the choice of results itself: nothing is sent that was not chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from credenza.document import elmo
from credenza.errors import Conflict, Refused
from credenza.exchange.emrex import messages
from credenza.exchange.emrex.messages import LONGEST_MESSAGE, FormPost, ReturnCode
from credenza.keys import Signer
from credenza.proof import xml_signature
from credenza.record import Award

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class ReturnPolicy:
    """To which clients results may go: host names, ``*.example.org`` for all below one. An empty list allows none.

    ``allow_loopback`` lets a listed address of this machine be plain http: for demonstrations and tests only.
    """

    allowed_hosts: frozenset[str]
    allow_loopback: bool = False

    def allows(self, url: str) -> bool:
        """Whether an address is protected and its host is on the list."""
        if not messages.is_protected(url, allow_loopback=self.allow_loopback):
            return False
        host = (urlsplit(url).hostname or "").casefold()
        labels = host.split(".")
        above = {"*." + ".".join(labels[place:]) for place in range(1, len(labels))}
        return bool(({host} | above) & {one.casefold() for one in self.allowed_hosts})


@dataclass(frozen=True)
class ProviderSession:
    """One request at the provider. ``subject`` is the provider's own name for the student, once signed in."""

    session_id: str
    return_url: str
    expires: datetime
    subject: str | None = None
    answered: ReturnCode | None = None

    @property
    def client_host(self) -> str:
        """The host that the results would go to: what the student is asked to consent to."""
        return urlsplit(self.return_url).hostname or ""


def receive_request(
    fields: Mapping[str, str], *, policy: ReturnPolicy, now: datetime, lifetime: timedelta = LIFETIME
) -> ProviderSession:
    """A client's post to a session that waits for the student.

    Raises:
        MalformedInput: ``emrex-session-id``.
        Refused: ``emrex-return-url`` where the address is not protected, or not one that results may go to.
    """
    identifier = messages.session_id(fields)
    url = fields.get("returnUrl", "")
    if not policy.allows(url):
        raise Refused("emrex-return-url", "The institution that asks is not one that results may be sent to.")
    return ProviderSession(identifier, url, now + lifetime)


def sign_in(session: ProviderSession, subject: str, *, now: datetime) -> ProviderSession:
    """The session of a student who has signed in; it stays that student's.

    Raises:
        Refused: ``emrex-session-expired``, ``emrex-session-of-another``.
        Conflict: ``emrex-session-used``.
    """
    _require_open(session, now)
    if session.subject not in (None, subject):
        raise Refused("emrex-session-of-another", "This request was begun by somebody else.")
    return replace(session, subject=subject)


def answer_results(
    session: ProviderSession,
    chosen: Sequence[Award],
    *,
    signer: Signer,
    now: datetime,
    sealed: Mapping[str, Sequence[elmo.Attachment]] | None = None,
) -> tuple[ProviderSession, FormPost]:
    """The chosen results, signed, as the post that takes them to the client; none chosen is NCP_NO_RESULTS.

    Raises:
        Refused: ``emrex-session-expired``, ``emrex-not-signed-in``, and those of ``sign_enveloped``.
        Conflict: ``emrex-session-used``.
    """
    _require_open(session, now)
    if session.subject is None:
        raise Refused("emrex-not-signed-in", "Nobody has signed in yet, so there are no results to send.")
    if not chosen:
        return answer_without(session, ReturnCode.NO_RESULTS, "", now=now)
    document = elmo.to_transcript(chosen, generated=now, sealed=sealed)
    packed = elmo.pack(xml_signature.sign_enveloped(document, signer))
    return _answered(session, ReturnCode.OK, "", {"elmo": packed})


def answer_without(
    session: ProviderSession, code: ReturnCode, message: str, *, now: datetime
) -> tuple[ProviderSession, FormPost]:
    """An answer that brings no results: cancelled, nothing there, or an error with a message for people.

    Raises:
        Refused: ``emrex-session-expired``, ``emrex-code-needs-results`` for NCP_OK.
        Conflict: ``emrex-session-used``.
    """
    _require_open(session, now)
    if code is ReturnCode.OK:
        raise Refused("emrex-code-needs-results", "NCP_OK is only answered together with results.")
    return _answered(session, code, message[:LONGEST_MESSAGE], {})


def _answered(
    session: ProviderSession, code: ReturnCode, message: str, more: dict[str, str]
) -> tuple[ProviderSession, FormPost]:
    fields = {"sessionId": session.session_id, "returnCode": code.value, "returnMessage": message, **more}
    return replace(session, answered=code), FormPost(session.return_url, fields)


def _require_open(session: ProviderSession, now: datetime) -> None:
    if session.answered is not None:
        raise Conflict("emrex-session-used", "This request was answered already.")
    if now >= session.expires:
        raise Refused("emrex-session-expired", "This request has expired; begin again at your institution.")
