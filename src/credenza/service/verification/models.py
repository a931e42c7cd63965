"""How often somebody asked: what the limits count where several processes answer (PostgreSQL)."""

from __future__ import annotations

from django.db import models


class RequestCount(models.Model):
    """Requests of one kind from one address (only its keyed digest is here) in one minute; gone some minutes later."""

    key = models.CharField(max_length=100, primary_key=True)
    minute = models.PositiveIntegerField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
