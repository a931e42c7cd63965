"""Keys and seals, and the places and signed forms of status lists."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation
from credenza.status.allocation import DEFAULT_LENGTH


class KeyPurpose(models.TextChoices):
    """What a key signs: Data Integrity proofs, or (with a certificate) everything else."""

    PROOF = "proof", _("Key for Open Badges and status lists")
    SEAL = "seal", _("Seal for European Digital Credentials and wallets")
    EMREX = "emrex", _("Key for transcripts that students take along (EMREX)")
    EWP = "ewp", _("Key for Erasmus Without Paper")


class SigningKey(models.Model):
    """A private key of an organisation, encrypted; the newest active one of its purpose signs.

    A retired key signs nothing more and stays published, so that what it signed still verifies. ``certificates`` is the
    chain in PEM. ``is_test``: its certificate says that it is not qualified; ``made_here``: this site made it, with its
    certificates. See ``issuance.keys``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signing_keys")
    purpose = models.CharField(max_length=10, choices=KeyPurpose.choices)
    fragment = models.CharField(max_length=80)
    encrypted_key = models.BinaryField()
    public_jwk = models.JSONField()
    certificates = models.TextField(blank=True)
    is_test = models.BooleanField(default=False)
    made_here = models.BooleanField(default=False)
    valid_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "fragment"], name="one_key_name")]

    def __str__(self) -> str:
        return self.fragment


class StatusList(models.Model):
    """The places of one status list of an organisation: which are used.

    ``changes`` counts every change of a status in it, for ever upwards (see ``verification.own_site``).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="status_lists")
    number = models.PositiveIntegerField()
    length = models.PositiveIntegerField(default=DEFAULT_LENGTH)
    used = models.BinaryField()
    count = models.PositiveIntegerField(default=0)
    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="one_status_list")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.number}"


class PublishedStatusList(models.Model):
    """A signed status list as it is served: when it was signed, and how many ``changes`` of the list it shows."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=80)
    media_type = models.CharField(max_length=80)
    data = models.BinaryField()
    etag = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    changes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "path"], name="one_published_list")]

    def __str__(self) -> str:
        return self.path
