"""Awards, what tells learners apart, and the exact sealed bytes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from credenza.record import Award as AwardRecord
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition, DefinitionVersion
from credenza.service.issuance.models.batches import Batch

_TELLING = 64  # so much of a page's beginning is searched for


class Awards(models.QuerySet["Award"]):
    """Awards, asked for by how they stand."""

    def in_force(self) -> Awards:
        """Those that may be shown to others as awards: neither withdrawn, suspended nor erased."""
        return self.filter(revoked_at=None, suspended_at=None, erased_at=None)

    def free(self) -> Awards:
        """Those that nobody has taken into a wallet, and that can be taken."""
        return self.filter(holder=None, revoked_at=None, erased_at=None)


class Award(models.Model):
    """A sealed award of an organisation; the record is the core's ``Award`` as JSON.

    What is personal (record, name, mail, holder, documents) can be erased; id, place in the status list and dates stay, so that
    the status entry keeps working (``erased_at``, see ``issuance.erasure``). ``family_key`` and ``given_key`` are the
    name as searches compare it, in both orders, after the organisation's id (see ``issuance.registry``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="awards")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="awards")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="awards")
    record = models.JSONField(null=True)
    learner_name = models.CharField(max_length=300, blank=True)
    family_key = models.CharField(max_length=240, blank=True, db_index=True)
    given_key = models.CharField(max_length=240, blank=True, db_index=True)
    email = models.EmailField(blank=True)
    content_digest = models.CharField(max_length=64)
    list_number = models.PositiveIntegerField()
    list_index = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=500, blank=True)
    suspended_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaces")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="held_awards"
    )
    claimed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = Awards.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "list_number", "list_index"], name="one_status_place")
        ]
        indexes = [
            models.Index(fields=["organisation", "-issued_at", "-id"]),
            models.Index(fields=["definition", "-issued_at", "-id"]),
            *(
                models.Index(
                    fields=["organisation", "-issued_at", "-id"],
                    condition=models.Q(**{f"{when}__isnull": False}),
                    name=f"award_{when}",
                )
                for when in ("revoked_at", "suspended_at")
            ),
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


class DisplayPage(models.Model):
    """The picture that European Digital Credentials show, the same for every award of a version: kept once.

    ``key`` is a digest of all that it was drawn from (see ``issuance.sealers``); ``content`` is base64, as it stands in
    each document. It never changes, and holds nothing of a learner.
    """

    key = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=40)
    content = models.TextField()

    def __str__(self) -> str:
        return self.key


class SealedDocument(models.Model):
    """The exact sealed bytes of an award in one format (``elm``, ``open-badge``, ``sd-jwt-vc``).

    A display page inside is left out of ``kept``, at ``page_at``, and put there again where the bytes are read.
    """

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="documents")
    format = models.CharField(max_length=20)
    kept = models.BinaryField()
    page = models.ForeignKey(
        DisplayPage, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    page_at = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "format"], name="one_document_a_format")]

    def __str__(self) -> str:
        return self.format

    @classmethod
    def of(cls, award: Award, name: str, data: bytes, page: DisplayPage | None = None) -> SealedDocument:
        """A document to store; the page is left out where it is inside."""
        content = page.content.encode() if page is not None else b""
        at = data.find(content[:_TELLING]) if content else -1
        if at < 0 or data[at : at + len(content)] != content:
            return cls(award=award, format=name, kept=data)
        return cls(award=award, format=name, kept=data[:at] + data[at + len(content) :], page=page, page_at=at)

    @property
    def data(self) -> bytes:
        """The exact sealed bytes."""
        return sealed_bytes(self.kept, self.page_at, self.page.content if self.page is not None else None)


def sealed_bytes(kept: bytes, page_at: int | None, page: str | None) -> bytes:
    """The exact sealed bytes of what is kept of a document, and the content of the page that was left out of it."""
    kept = bytes(kept)
    return kept if page is None or page_at is None else b"".join((kept[:page_at], page.encode(), kept[page_at:]))
