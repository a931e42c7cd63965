"""What is offered in versions (a micro-credential, a pathway), and a version of it from draft to publication."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation


class VersionState(models.TextChoices):
    """Where a version is on its way to publication."""

    DRAFT = "draft", _("Draft")
    AWAITING_APPROVAL = "awaiting-approval", _("Awaiting approval")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


class Versioned(models.Model):
    """Something that an organisation offers; each kind adds ``published``, the version on offer, and has ``versions``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="%(class)ss")
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)


def constraints_of(kind: str) -> list[models.UniqueConstraint]:
    """What holds of the versions of a kind: each has its own number, one at most is offered, and one is being written."""
    written = (VersionState.DRAFT, VersionState.AWAITING_APPROVAL)
    return [
        models.UniqueConstraint(fields=[kind, "number"], name=f"one_{kind}_version_number"),
        models.UniqueConstraint(
            fields=[kind], condition=models.Q(state=VersionState.PUBLISHED), name=f"one_{kind}_version_offered"
        ),
        models.UniqueConstraint(
            fields=[kind], condition=models.Q(state__in=written), name=f"one_{kind}_version_written"
        ),
    ]


class Version(models.Model):
    """One version; once published it never changes.

    ``form`` is what the designer fills in. ``edition`` counts the changes of a draft, so that two designers cannot
    overwrite each other unseen. ``KIND`` names what it is a version of, and the field that points at it; ``CONTENT`` are
    the fields that the next version begins with.
    """

    KIND: ClassVar[str]
    CONTENT: ClassVar[tuple[str, ...]]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.DRAFT)
    form = models.JSONField(default=dict)
    title = models.CharField(max_length=500, blank=True)
    edition = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["state", "title"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def whole(self) -> Versioned:
        """What it is a version of."""
        return getattr(self, self.KIND)

    @property
    def makers(self) -> tuple[uuid.UUID | None, ...]:
        """Who is no second person: whoever wrote or submitted it."""
        return self.author_id, self.submitted_by_id
