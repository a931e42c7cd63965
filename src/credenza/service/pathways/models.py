"""Pathways towards larger awards, their versions, who follows them, and who asked for the larger award."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.catalogue.models import Definition
from credenza.service.catalogue.versioned import Version, Versioned, constraints_of
from credenza.service.issuance.models import Award
from credenza.stacking.pathway import Pathway as PathwayRecord
from credenza.stacking.pathway_file import read_pathway


class Pathway(Versioned):
    """A pathway of an organisation through all its versions."""

    published = models.ForeignKey("PathwayVersion", null=True, on_delete=models.SET_NULL, related_name="+")

    @property
    def uri(self) -> str:
        return f"{settings.CREDENZA.public_base}/pathways/{self.id}"


class PathwayVersion(Version):
    """One version of a pathway.

    ``form`` is what ``stacking.pathway_file.read_pathway`` reads, without ``id`` and ``award``, which are the addresses
    of the pathway and of ``award``, the definition of the larger award. ``automatic`` says that the larger award is
    issued without a person where nothing is in doubt.
    """

    KIND = "pathway"
    CONTENT = ("form", "award", "description", "automatic", "title")

    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="versions")
    award = models.ForeignKey(Definition, null=True, on_delete=models.PROTECT, related_name="+")
    description = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)

    class Meta(Version.Meta):
        constraints = constraints_of("pathway")

    @property
    def as_record(self) -> PathwayRecord:
        """The core's pathway.

        Raises:
            MalformedInput: ``pathway-invalid`` with every problem in ``problems``.
        """
        award = {"award": self.award.uri} if self.award is not None else {}
        return read_pathway({**self.form, "id": self.pathway.uri, **award})


class Following(models.Model):
    """A learner who follows a pathway, and what the last look at it came to (``parts_done`` of ``parts``)."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pathways")
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(null=True)
    parts_done = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0)
    complete = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "pathway"], name="one_following")]

    def __str__(self) -> str:
        return f"{self.parts_done}/{self.parts}"


class RequestState(models.TextChoices):
    """What became of a request for the larger award."""

    OPEN = "open", _("Waiting for the provider")
    ISSUED = "issued", _("Issued")
    DECLINED = "declined", _("Declined")


class AwardRequest(models.Model):
    """A learner who asks for the larger award, and shows the provider the credentials that count (``credentials``).

    ``credentials`` are the ids of what is held; what they say is read and verified anew by whoever decides.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="requests")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="award_requests")
    credentials = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True)
    award = models.ForeignKey(Award, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "learner"], condition=models.Q(state="open"), name="one_open_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
