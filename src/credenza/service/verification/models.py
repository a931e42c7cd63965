"""What processes share: how often somebody asked (for the limits, on PostgreSQL), and the trusted lists that were read."""

from __future__ import annotations

from django.db import models


class RequestCount(models.Model):
    """Requests of one kind from one address (only its keyed digest is here) in one minute; gone some minutes later."""

    key = models.CharField(max_length=100, primary_key=True)
    minute = models.PositiveIntegerField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.count}"


class TrustedListsCopy(models.Model):
    """The EU's trusted lists as they were last read: the one row of each address, judged anew whenever it is used."""

    address = models.CharField(max_length=500, primary_key=True)
    tried_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    lists = models.TextField(default="")
    problem = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.address} {self.read_at}"
