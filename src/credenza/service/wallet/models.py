"""What a learner holds, and what they share with whom."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.issuance.models import Award


class HeldState(models.TextChoices):
    """Whether the learner has taken it."""

    OFFERED = "offered", _("New")
    ACCEPTED = "accepted", _("In the wallet")
    DECLINED = "declined", _("Declined")


class HeldCredential(models.Model):
    """A credential in a learner's wallet: an award of this site, or a file of any issuer (exact bytes in ``data``).

    ``title``, ``issuer_name``, ``issued_at`` and ``search_text`` are for lists; ``format`` is as the verifier names it;
    ``verdict`` of a file is what its last check came to, at ``checked_at``: a verdict of the report, or ``unsealed``.
    ``source`` says how it came, where nobody brought it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="credentials")
    award = models.ForeignKey(Award, null=True, on_delete=models.CASCADE, related_name="held")
    data = models.BinaryField(null=True)
    format = models.CharField(max_length=30, blank=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=HeldState.choices, default=HeldState.OFFERED)
    title = models.CharField(max_length=500)
    issuer_name = models.CharField(max_length=300)
    issued_at = models.DateTimeField(null=True)
    search_text = models.TextField(blank=True)
    verdict = models.CharField(max_length=30, blank=True)
    checked_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "digest"], name="one_copy_a_wallet")]
        indexes = [models.Index(fields=["owner", "state", one]) for one in ("-added_at", "-issued_at")]

    def __str__(self) -> str:
        return self.title


class Share(models.Model):
    """A link that shows chosen fields of chosen credentials to whoever has it, until it ends, is used up or withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares")
    secret_digest = models.CharField(max_length=64, unique=True)
    audience = models.CharField(_("for whom"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("until"), null=True)
    maximum_views = models.PositiveIntegerField(_("how many views"), null=True)
    views = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.audience


class SharedCredential(models.Model):
    """One credential of a share, and which of its fields are shown (keys of ``record.description`` lines)."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="items")
    credential = models.ForeignKey(HeldCredential, on_delete=models.CASCADE, related_name="shared")
    fields = models.JSONField()

    def __str__(self) -> str:
        return str(self.credential_id)


class ShareView(models.Model):
    """One time that a share was looked at; no address of the viewer is kept."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=30)
    agent = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.at} {self.outcome}"
