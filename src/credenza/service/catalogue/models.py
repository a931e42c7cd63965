"""Micro-credentials as they are designed and offered: definitions, their versions, and ESCO skills as imported."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.record import MicroCredential
from credenza.service.accounts.models import Organisation


class Definition(models.Model):
    """A micro-credential of an organisation through all its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="definitions")
    published = models.ForeignKey("DefinitionVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def uri(self) -> str:
        """The URI that names it in every credential."""
        return f"{settings.CREDENZA.public_base}/catalogue/{self.id}"


class VersionState(models.TextChoices):
    """Where a version is on its way to the catalogue."""

    DRAFT = "draft", _("Draft")
    AWAITING_APPROVAL = "awaiting-approval", _("Awaiting approval")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


class DefinitionVersion(models.Model):
    """One version; once published it never changes, and an award points at the version it was made from.

    ``form`` is what the designer fills in (as ``record.authoring.read_micro_credential`` reads it), ``record`` the core's
    ``MicroCredential`` as JSON where the form is complete enough to make one. The other fields are for searching.
    ``edition`` counts the changes of a draft, so that two designers cannot overwrite each other unseen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.DRAFT)
    form = models.JSONField(default=dict)
    record = models.JSONField(null=True)
    edition = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)

    title = models.CharField(max_length=500, blank=True)
    search_text = models.TextField(blank=True)
    eqf = models.PositiveSmallIntegerField(null=True)
    ects = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    languages = models.CharField(max_length=100, blank=True)
    modes = models.CharField(max_length=100, blank=True)
    fields = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="one_version_number"),
        ]
        indexes = [models.Index(fields=["state", "title"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def as_record(self) -> MicroCredential:
        return MicroCredential.model_validate(self.record)


class EscoSkill(models.Model):
    """An ESCO skill as an operator imported it from the official CSV."""

    uri = models.CharField(max_length=200, primary_key=True)
    labels = models.JSONField()
    search_text = models.TextField()

    def __str__(self) -> str:
        return self.uri
