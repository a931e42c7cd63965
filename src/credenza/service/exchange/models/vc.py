"""The W3C VC API: its issuer instances, and where the credentials that they sealed stand in their status lists."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credenza.service.accounts.models import Organisation


class VcInstance(models.Model):
    """An issuer of the VC API: one mechanism, one key, one id.

    Without a key of its own it issues as its organisation (did:web, with the organisation's proof key); with one it
    issues as that key's did:key. ``open`` lets anyone issue without an API key: only in a demonstration.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="vc_instances")
    name = models.SlugField(max_length=60, unique=True)
    mechanism = models.CharField(max_length=40)
    encrypted_key = models.BinaryField(null=True)
    with_status = models.BooleanField(default=True)
    purposes = models.CharField(max_length=40, default="revocation suspension")  # of its status lists
    first_list = models.PositiveIntegerField(default=0)  # what is sealed from now on has its place there or later
    open = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class VcCredential(models.Model):
    """A credential that an instance sealed: its handle, its place, its status. The credential itself is not kept."""

    instance = models.ForeignKey(VcInstance, on_delete=models.PROTECT, related_name="credentials")
    handle = models.CharField(max_length=500)
    list_number = models.PositiveIntegerField()
    list_index = models.PositiveIntegerField()
    revoked_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "handle"], name="one_vc_handle"),
            models.UniqueConstraint(fields=["instance", "list_number", "list_index"], name="one_vc_place"),
        ]

    def __str__(self) -> str:
        return self.handle


class VcStatusList(models.Model):
    """A signed status list of an instance as it is served; taken away when a status changes, and signed anew when asked for."""

    instance = models.ForeignKey(VcInstance, on_delete=models.CASCADE, related_name="status_lists")
    purpose = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    data = models.BinaryField()
    etag = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "purpose", "number"], name="one_vc_list")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.number}"
