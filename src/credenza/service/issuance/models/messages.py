"""Mail to learners, claim links, and what is counted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance.models.awards import Award


class DeliveryState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Bounced")
    FAILED = "failed", _("Failed")


class Letter(models.Model):
    """A message that waits to be sent; ``message_id`` is fixed before it is, so that mail systems drop a repeat."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["state", "next_attempt_at"])]

    @property
    def message_id(self) -> str:
        return f"<{self.id}@{settings.CREDENZA.public_base.removeprefix('https://').split(':')[0]}>"


class Delivery(Letter):
    """A message to a learner about an award."""

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=20, default="claim")

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ClaimLink(models.Model):
    """A link by which a learner takes an award into a wallet: only its digest is kept, it expires, and works once."""

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="claim_links")
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.secret_digest[:8]


class DailyCount(models.Model):
    """How often something happened to the awards of a version on a day; for statistics, without any person.

    ``country`` is the learner's where it is known (ISO 3166-1, two letters), else empty. See ``issuance.counts``.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True, default="")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day", "kind", "country"], name="one_daily_count")]
        indexes = [models.Index(fields=["organisation", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.count}"
