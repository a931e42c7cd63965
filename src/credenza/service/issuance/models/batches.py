"""Class lists on their way to sealed awards, and the processes that seal them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import DefinitionVersion


class BatchState(models.TextChoices):
    """Where a batch is: uploaded and being mapped, checked, approved and running, done, or stopped by a problem."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Batch(models.Model):
    """A class list on its way to sealed awards.

    ``mapping`` holds the file's ``header`` and, by the place of a column, the ``places`` of what a class list may have.
    ``edition`` counts how often it was said what the columns hold, ``run`` how often it was started, ``problem`` says why
    it stopped. Where it ``corrects``, each row points at the award that is to be replaced, with a ``reason``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="batches")
    state = models.CharField(max_length=20, choices=BatchState.choices, default=BatchState.UPLOADED)
    source = models.CharField(max_length=10, default="file")
    file_name = models.CharField(max_length=255, blank=True)
    mapping = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=1)
    mail = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="en")
    corrects = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    run = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    mapped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class RowState(models.TextChoices):
    """What became of a row."""

    GOOD = "good", _("Ready")
    BAD = "bad", _("To be mended")
    DUPLICATE = "duplicate", _("Already issued")
    ISSUED = "issued", _("Issued")


class BatchRow(models.Model):
    """One row of a class list, its problems, and the award it became.

    ``cells`` are in the order of the file's header, dates as ISO 8601; they are emptied once the row is issued.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RowState.choices)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    award = models.ForeignKey("Award", null=True, on_delete=models.SET_NULL, related_name="rows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row")]
        indexes = [models.Index(fields=["batch", "state", "number"])]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def by_column(self) -> dict[str, Any]:
        """The cells by the names of their columns."""
        places = ((key, int(place)) for place, key in self.batch.mapping["places"].items())
        return {key: self.cells[at] for key, at in places if at < len(self.cells)}

    @property
    def learner_name(self) -> str:
        """Whom the cells name, as far as they do."""
        cells = self.by_column
        parts = (cells.get("given_name") or "", cells.get("family_name") or "")
        return str(cells.get("full_name") or " ".join(map(str, parts)).strip())


class Worker(models.Model):
    """A process that does bulk jobs, and when it was last seen alive; what a dead one left is taken over by others."""

    DEAD_AFTER = timedelta(seconds=20)

    executor_id = models.CharField(max_length=200, primary_key=True)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.executor_id
