"""Erasmus Without Paper: incoming mobilities whose transcripts may be asked for, and transcripts that came."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation
from credenza.service.issuance.models import Award


class Mobility(models.Model):
    """A student of another institution who studied here: its id there, and the awards that the transcript holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mobilities")
    omobility_id = models.CharField(_("id of the mobility at the sending institution"), max_length=64)
    sending_institution = models.CharField(_("sending institution (SCHAC)"), max_length=255)
    esi = models.CharField(_("European Student Identifier"), max_length=255)
    awards = models.ManyToManyField(Award, related_name="+")
    modified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "omobility_id"], name="one_mobility")]

    def __str__(self) -> str:
        return self.omobility_id


class ReceivedTranscript(models.Model):
    """A transcript of one of our own students that another institution's node signed and sent.

    ``esi`` and ``email`` are the student's as the transcript names them; ``offered_to`` is the account that it was offered to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="received_transcripts")
    receiving_institution = models.CharField(max_length=255)
    omobility_id = models.CharField(max_length=64)
    document = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)
    esi = models.CharField(max_length=255, blank=True, db_index=True)
    email = models.CharField(max_length=320, blank=True, db_index=True)
    offered_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "receiving_institution", "omobility_id"], name="one_transcript_a_mobility"
            )
        ]

    def __str__(self) -> str:
        return self.omobility_id


class EwpRequest(models.Model):
    """The id of a signed request that was answered, so that it is not answered again; kept for a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    request_id = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "request_id"], name="one_ewp_request")]

    def __str__(self) -> str:
        return self.request_id
