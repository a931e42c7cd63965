"""Which database this is."""

from __future__ import annotations

from django.db import models


class DatabaseHome(models.Model):
    """Where the data lives: one row, written by the first ``credenza migrate`` (see ``restoring``)."""

    place = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.place
