"""Transcripts of our own students, asked of the institutions at which they studied."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

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
            ReceivedTranscript.objects.update_or_create(
                organisation=organisation,
                receiving_institution=receiving,
                omobility_id=one.omobility_id[:64],
                defaults={"document": one.document, "received_at": timezone.now()},
            )
        audit.record(organisation, "transcripts.fetched", actor=actor, subject=receiving, count=len(received))
    return len(received)
