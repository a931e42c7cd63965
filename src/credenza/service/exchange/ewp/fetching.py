"""Transcripts of our own students, asked of the institutions at which they studied."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from credenza.document import elmo
from credenza.exchange.ewp.responses import ReceivedTranscript as FetchedTranscript
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.exchange.ewp import node, transcripts
from credenza.service.exchange.models import ReceivedTranscript


def fetch(organisation: Organisation, receiving: str, *, actor: User | str) -> int:
    """Ask another institution's node for all transcripts of our students that are ready; how many came.

    Raises:
        Unreachable, Refused, MalformedInput: as ``EwpClient``; nothing of a wrong answer is kept.
    """
    client = node.client_of(organisation)
    own = transcripts.schac_of(organisation)
    received = client.transcripts(receiving, client.transcript_ids(receiving, sending=[own]))
    with transaction.atomic():
        for one in received:
            _keep(organisation, receiving, one)
        audit.record(organisation, "transcripts.fetched", actor=actor, subject=receiving, count=len(received))
    return len(received)


def _keep(organisation: Organisation, receiving: str, came: FetchedTranscript) -> None:
    """Keep what came; one that says the same as before was offered to its learner already, and is not offered again."""
    about = {
        "organisation": organisation,
        "receiving_institution": receiving,
        "omobility_id": came.omobility_id[:64],
    }
    found = came.transcript
    before = ReceivedTranscript.objects.select_for_update(no_key=True).filter(**about).first()
    if before is not None and elmo.from_bytes(bytes(before.document)).entries == found.entries:
        ReceivedTranscript.objects.filter(pk=before.pk).update(received_at=timezone.now())
        return
    emails = {one.award.learner.email.lower() for one in found.entries if one.award.learner.email}
    said = {
        "document": came.document,
        "received_at": timezone.now(),
        "esi": (found.learner.esi or "").lower()[:255],
        "email": emails.pop() if len(emails) == 1 else "",
        "offered_to": None,
    }
    ReceivedTranscript.objects.update_or_create(**about, defaults=said)
