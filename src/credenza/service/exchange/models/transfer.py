"""The student's own transfer (EMREX): what an organisation allows, requests to us, and requests of ours."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Organisation


class TransferSettings(models.Model):
    """What an organisation allows: giving results to which clients (host names, one a line), and taking results.

    ``decides`` means that its evaluators decide whether results are of the person who fetched them, in doubt.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="transfer")
    provides = models.BooleanField(_("students may take their results along (EMREX)"), default=False)
    client_hosts = models.TextField(_("where results may go"), blank=True)
    decides = models.BooleanField(_("learners may fetch results for us"), default=False)
    exchanges = models.BooleanField(_("we are a node of Erasmus Without Paper"), default=False)

    def __str__(self) -> str:
        return str(self.organisation_id)


class EmrexRequest(models.Model):
    """A client's request to an organisation of ours, waiting for the student; answered once. No results are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="emrex_requests")
    session_id = models.CharField(max_length=128)
    return_url = models.CharField(max_length=2000)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    answered = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return str(self.id)


class FetchState(models.TextChoices):
    """How far a request of ours has come."""

    WAITING = "waiting", _("Waiting for the other institution")
    ANSWERED = "answered", _("Answered, not yet opened")
    TAKEN = "taken", _("In the wallet")
    DOUBT = "doubt", _("A person decides whether it is the same learner")
    DIFFERENT = "different", _("Of another person")
    REFUSED = "refused", _("Refused")
    NOTHING = "nothing", _("Nothing came")


class EmrexFetch(models.Model):
    """A learner's request to a provider (EMP), from the wallet or for an organisation that will recognise.

    ``requirement`` is what the learner applies for with the results; the way leads back into that application.
    Of the session id and of the ticket that opens the answer only digests are kept. ``answer`` is the provider's
    post until it is opened; ``document`` the signed ELMO only while a person has to decide about it. ``provider`` is
    its name in the registry (``NO/FSAT``), ``provider_title`` what people call it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="emrex_fetches")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="emrex_fetches")
    requirement = models.ForeignKey(
        "recognition.Requirement", null=True, on_delete=models.SET_NULL, related_name="emrex_fetches"
    )
    provider = models.CharField(max_length=200)
    provider_title = models.CharField(max_length=300)
    session_digest = models.CharField(max_length=64, unique=True)
    ticket_digest = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=FetchState.choices, default=FetchState.WAITING)
    answer = models.JSONField(null=True)
    document = models.BinaryField(null=True)
    found = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    reasons = models.JSONField(default=list)
    credentials = models.ManyToManyField("wallet.HeldCredential", related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.provider_title} {self.state}"
