"""Letters that came back: delivery status notifications (RFC 3464) find their letter by its Message-ID."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from uuid import UUID

from django.conf import settings

from credenza.service.issuance import mailing
from credenza.service.issuance.models import DeliveryState, Letter

LARGEST = 2_000_000
_MESSAGE_ID = re.compile(r"<([0-9a-f-]{36})@([^>\s]+)>", re.IGNORECASE)
_MBOX = re.compile(rb"^From .*\r?\n", re.MULTILINE)


def messages(data: bytes) -> Iterator[bytes]:
    """The messages of an mbox file, or the one message that it is."""
    if not data.startswith(b"From "):
        yield data
        return
    yield from (one for one in _MBOX.split(data) if one.strip())


def take(data: bytes) -> Letter | None:
    """Mark the letter that this notification is about as bounced; None where it is about none of ours, or no failure."""
    if len(data) > LARGEST:
        return None
    report = message_from_bytes(data, policy=policy.default)
    if report.get_content_type() != "multipart/report" or not isinstance(report, EmailMessage):
        return None
    reason = _failure(report)
    letter = _letter_of(report)
    if reason is None or letter is None:
        return None
    for kind in mailing.kinds():
        letters = kind.model._default_manager
        sent = letters.filter(pk=letter, state__in=(DeliveryState.SENT, DeliveryState.WAITING))
        if sent.update(state=DeliveryState.BOUNCED, problem=reason[:300]):
            return letters.get(pk=letter)
    return None


def _failure(report: EmailMessage) -> str | None:
    """Why the first recipient was not reached (the fields of RFC 3464, section 2.3); None where it only takes longer."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.get_payload():
            if isinstance(fields, Message) and str(fields.get("Action", "")).strip().lower() == "failed":
                said = str(fields.get("Diagnostic-Code", "")).rpartition(";")[2].strip()
                return " ".join(f"{fields.get('Status', '')} {said}".split()) or "failed"
    return None


def _letter_of(report: EmailMessage) -> UUID | None:
    """The id of our letter, from the headers of the message that came back."""
    domain = settings.CREDENZA.public_base.removeprefix("https://").split(":")[0]
    for part in report.walk():
        if part.get_content_type() not in ("message/rfc822", "text/rfc822-headers", "message/global-headers"):
            continue
        found = _MESSAGE_ID.search(_message_id(part))
        if found is not None and found[2].lower() == domain.lower():
            return _uuid(found[1])
    return None


def _message_id(part: Message) -> str:
    inner = part.get_payload()
    if isinstance(inner, list):
        return str(inner[0].get("Message-ID", "")) if inner else ""
    text = part.get_payload(decode=True)
    return str(message_from_bytes(text).get("Message-ID", "")) if isinstance(text, bytes) else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
