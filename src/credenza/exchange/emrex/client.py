"""The client's end (EMC): an institution's "fetch my results" button, and what is made of the answer.

``begin`` gives the state to store and the post to make; ``receive`` uses the state up, whatever the answer is, so that
no answer is read twice. What comes back is a judgement: findings about the registry, the seal and the person, and the
results only where the provider's registered key signed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lxml import etree

from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.encoding import strict_xml
from credenza.errors import Conflict, CredenzaError, MalformedInput, Refused
from credenza.exchange.emrex import messages
from credenza.exchange.emrex.identity import IdentityMatch, match_transcript
from credenza.exchange.emrex.messages import LONGEST_MESSAGE, FormPost, ReturnCode
from credenza.exchange.emrex.registry import Provider, Registry
from credenza.exchange.registry_age import AgePolicy
from credenza.finding import Finding, failed, passed, warning
from credenza.proof import xml_signature
from credenza.record import Learner

LIFETIME = timedelta(hours=1)
_SESSION_BYTES = 16


@dataclass(frozen=True)
class ClientPolicy:
    """What an operator allows: how old the registry may be, and which providers (``NO/FSAT``) may still use SHA-1."""

    registry_age: AgePolicy = field(default_factory=AgePolicy)
    sha1_allowed_for: frozenset[str] = frozenset()
    maximum_bytes: int = strict_xml.MAXIMUM_BYTES


@dataclass(frozen=True)
class ClientSession:
    """One request of the client, to be stored until it is answered; ``provider`` is its name in the registry."""

    session_id: str
    provider: str
    expires: datetime
    used: datetime | None = None


@dataclass(frozen=True)
class Received:
    """An answer as judged. ``transcript`` and ``document`` (the exact bytes, to be kept) are there only if all is
    well with registry and seal; ``identity`` says whether they are about the person who asked, and is a person's to
    decide wherever it says ``doubt``.
    """

    code: ReturnCode
    message: str
    findings: tuple[Finding, ...] = ()
    provider: Provider | None = None
    document: bytes | None = None
    transcript: elmo.Transcript | None = None
    identity: IdentityMatch | None = None

    @property
    def may_be_taken_over(self) -> bool:
        """Whether nothing failed and the person is the same beyond doubt."""
        return self.transcript is not None and self.identity is not None and self.identity.verdict == "same"


def begin(
    provider: Provider,
    *,
    return_url: str,
    randomness: bytes,
    now: datetime,
    lifetime: timedelta = LIFETIME,
    allow_loopback: bool = False,
) -> tuple[ClientSession, FormPost]:
    """A new request to a provider; ``randomness`` is 16 bytes that nobody can guess.

    Raises:
        MalformedInput: ``emrex-randomness``.
        Refused: ``emrex-return-url`` where the institution's own address is not protected.
    """
    if len(randomness) != _SESSION_BYTES:
        raise MalformedInput("emrex-randomness", "A session id is made of 16 random bytes.")
    if not messages.is_protected(return_url, allow_loopback=allow_loopback):
        raise Refused("emrex-return-url", "Results are only received at a protected (https) address.")
    identifier = randomness.hex()
    session = ClientSession(identifier, provider.name, now + lifetime)
    return session, FormPost(provider.url, {"sessionId": identifier, "returnUrl": return_url})


def receive(
    session: ClientSession,
    fields: Mapping[str, str],
    *,
    learner: Learner,
    registry: Registry,
    policy: ClientPolicy,
    now: datetime,
) -> tuple[ClientSession, Received]:
    """A provider's answer to this session, judged; the session is used up.

    ``learner`` is the person who asked, as the institution knows them.

    Raises:
        MalformedInput: ``emrex-session-id``, ``emrex-return-code``.
        Refused: ``emrex-session-other`` where the answer is to another session, ``emrex-session-expired``.
        Conflict: ``emrex-session-used``.
    """
    if messages.session_id(fields) != session.session_id:
        raise Refused("emrex-session-other", "The answer belongs to another request.")
    if session.used is not None:
        raise Conflict("emrex-session-used", "This request was answered already.")
    if now >= session.expires:
        raise Refused("emrex-session-expired", "The answer came too late; please fetch your results again.")
    code = messages.return_code(fields.get("returnCode", ""))
    answer = Received(code, fields.get("returnMessage", "")[:LONGEST_MESSAGE])
    if code is ReturnCode.OK:
        answer = _judge(answer, session, fields.get("elmo", ""), learner, registry, policy, now)
    return replace(session, used=now), answer


def _judge(
    answer: Received,
    session: ClientSession,
    packed: str,
    learner: Learner,
    registry: Registry,
    policy: ClientPolicy,
    now: datetime,
) -> Received:
    findings = [registry.age_finding(policy.registry_age, now=now)]
    provider = registry.provider(session.provider)
    if provider is None:
        findings.append(failed("emrex-provider-unregistered", f"{session.provider} is not in the registry any more."))
    if provider is None or findings[0].outcome == "failed":
        return replace(answer, findings=tuple(findings), provider=provider)
    try:
        data = elmo.unpack(packed, maximum_bytes=policy.maximum_bytes)
        signed, weak = _signed(data, provider, policy)
        transcript = elmo.from_document(signed)
    except CredenzaError as error:
        findings.append(failed(error.code, error.message))
        return replace(answer, findings=tuple(findings), provider=provider)
    findings.append(passed("emrex-signed-by-provider", f"The results are signed by {provider.name}."))
    if weak:
        findings.append(warning("emrex-sha1", f"{provider.name} signs with SHA-1, which you allow to it by name."))
    return replace(
        answer,
        findings=tuple(findings),
        provider=provider,
        document=data,
        transcript=transcript,
        identity=match_transcript(learner, transcript),
    )


def _signed(data: bytes, provider: Provider, policy: ClientPolicy) -> tuple[etree._Element, bool]:
    """What the provider signed, and whether it did so by SHA-1, which only a named provider may."""
    try:
        return xml_signature.verify_enveloped(data, provider.key, expected_root=tag("elmo")), False
    except Refused as error:
        if error.code != "xml-signature-sha1" or provider.name not in policy.sha1_allowed_for:
            raise
    return xml_signature.verify_enveloped(data, provider.key, expected_root=tag("elmo"), allow_sha1=True), True
