"""Issuing: keys and seals, status lists, batches with their rows, awards, sealed documents, mail and claim links."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.record import Award as AwardRecord
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition, DefinitionVersion


class KeyPurpose(models.TextChoices):
    """What a key signs: Data Integrity proofs, or (with a certificate) everything else."""

    PROOF = "proof", _("Key for Open Badges and status lists")
    SEAL = "seal", _("Seal for European Digital Credentials and wallets")


class SigningKey(models.Model):
    """A private key of an organisation, encrypted; the newest active one of its purpose signs.

    A retired key signs nothing more and stays published, so that what it signed still verifies. ``certificates`` is the
    chain in PEM. See ``issuance.keys``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signing_keys")
    purpose = models.CharField(max_length=10, choices=KeyPurpose.choices)
    fragment = models.CharField(max_length=80)
    encrypted_key = models.BinaryField()
    public_jwk = models.JSONField()
    certificates = models.TextField(blank=True)
    is_test = models.BooleanField(default=False)
    valid_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "fragment"], name="one_key_name")]

    def __str__(self) -> str:
        return self.fragment


class StatusList(models.Model):
    """The places of one status list of an organisation: which are used, and whether what is published is out of date."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="status_lists")
    number = models.PositiveIntegerField()
    length = models.PositiveIntegerField(default=131_072)
    used = models.BinaryField()
    count = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="one_status_list")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.number}"


class PublishedStatusList(models.Model):
    """A signed status list as it is served, with the time at which it was signed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=80)
    media_type = models.CharField(max_length=80)
    data = models.BinaryField()
    etag = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "path"], name="one_published_list")]

    def __str__(self) -> str:
        return self.path


class BatchState(models.TextChoices):
    """Where a batch is: uploaded and being mapped, checked, approved and running, or done."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Batch(models.Model):
    """A class list on its way to sealed awards; single awards (by form or API) are batches of one row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="batches")
    state = models.CharField(max_length=20, choices=BatchState.choices, default=BatchState.UPLOADED)
    source = models.CharField(max_length=10, default="file")
    file_name = models.CharField(max_length=255, blank=True)
    file = models.BinaryField(null=True)
    mapping = models.JSONField(default=dict)
    formats = models.JSONField(default=list)
    mail = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="en")
    rows_total = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class RowState(models.TextChoices):
    """What became of a row."""

    GOOD = "good", _("Ready")
    BAD = "bad", _("To be mended")
    DUPLICATE = "duplicate", _("Already issued")
    ISSUED = "issued", _("Issued")


class BatchRow(models.Model):
    """One row of a class list, its problems, and the award it became; ``cells`` are emptied once it is issued."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RowState.choices)
    cells = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    award = models.ForeignKey("Award", null=True, on_delete=models.SET_NULL, related_name="rows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row")]
        indexes = [models.Index(fields=["batch", "state", "number"])]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class Award(models.Model):
    """An award of an organisation: reserved, then sealed; the record is the core's ``Award`` as JSON.

    What is personal (record, name, mail, holder, documents) can be erased; id, place in the status list and dates stay, so that
    the status entry keeps working (``erased_at``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="awards")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="awards")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="awards")
    record = models.JSONField(null=True)
    learner_name = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    content_digest = models.CharField(max_length=64)
    list_number = models.PositiveIntegerField()
    list_index = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=500, blank=True)
    suspended_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaces")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="held_awards"
    )
    claimed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "list_number", "list_index"], name="one_status_place")
        ]
        indexes = [
            models.Index(fields=["organisation", "-issued_at"]),
            models.Index(fields=["version", "-issued_at"]),
            models.Index(fields=["organisation", "valid_until"]),
            models.Index(fields=["organisation", "claimed_at"]),
            models.Index(fields=["email"]),
            models.Index(fields=["organisation", "list_number", "revoked_at", "suspended_at"], name="award_status"),
        ]

    def __str__(self) -> str:
        return self.urn

    @property
    def urn(self) -> str:
        """The credential's id in every format."""
        return f"urn:uuid:{self.id}"

    @property
    def as_record(self) -> AwardRecord:
        return AwardRecord.model_validate(self.record)


class LearnerKey(models.Model):
    """A digest by which a learner is known for one definition: whoever has a standing award gets no second one."""

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="learner_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["definition", "digest"], name="one_award_a_learner")]

    def __str__(self) -> str:
        return self.digest


class SealedDocument(models.Model):
    """The exact sealed bytes of an award in one format (``elm``, ``open-badge``, ``sd-jwt-vc``)."""

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="documents")
    format = models.CharField(max_length=20)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "format"], name="one_document_a_format")]

    def __str__(self) -> str:
        return self.format


class DeliveryState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Bounced")
    FAILED = "failed", _("Failed")


class Delivery(models.Model):
    """A message to a learner about an award; ``message_id`` is fixed before it is sent, so that mail systems drop a repeat."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=20, default="claim")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def message_id(self) -> str:
        return f"<{self.id}@{settings.CREDENZA.public_base.removeprefix('https://').split(':')[0]}>"


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
    """How often something happened to the awards of a version on a day; for statistics, without any person."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day", "kind"], name="one_daily_count")]
        indexes = [models.Index(fields=["organisation", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.count}"
