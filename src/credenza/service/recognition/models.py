"""The recognition desk: what an institution asks for, its rules, what it imported, and the cases it decides."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.recognition.case import Case as CoreCase
from credenza.recognition.case import CasePolicy
from credenza.recognition.policy import Policy as CorePolicy
from credenza.recognition.requirement import Requirement as CoreRequirement
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition, DefinitionVersion
from credenza.service.issuance.models import Award, Letter


class SecondReader(models.TextChoices):
    """When a second person must read a proposed decision."""

    NEVER = "never", _("Never")
    UNLESS_FULL = "unless-full", _("Unless it is full recognition")
    ALWAYS = "always", _("Always")


class Desk(models.Model):
    """How an institution works on recognition; ``months`` may be fewer than the Convention's four, never more."""

    SETTINGS = ("is_open", "introduction", "second_reading", "months", "appeal")

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.CASCADE, related_name="recognition_desk"
    )
    is_open = models.BooleanField(_("learners may apply"), default=False)
    introduction = models.TextField(_("what learners should know"), blank=True, max_length=2000)
    second_reading = models.CharField(
        _("a second person reads each decision"),
        max_length=20,
        choices=SecondReader.choices,
        default=SecondReader.UNLESS_FULL,
    )
    months = models.PositiveSmallIntegerField(_("months until a decision"), default=4)
    appeal = models.TextField(_("how to appeal"), max_length=2000, blank=True)

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def as_policy(self) -> CasePolicy:
        return CasePolicy.model_validate({"second_reading": self.second_reading, "months": self.months})


class Requirement(models.Model):
    """What a credential is compared with; ``record`` is the core's ``Requirement``, ``form`` what a person wrote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="requirements")
    uri = models.CharField(max_length=500)
    title = models.CharField(max_length=500)
    purpose = models.CharField(max_length=20)
    form = models.JSONField()
    record = models.JSONField()
    edition = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "uri"], name="one_requirement_uri")]

    def __str__(self) -> str:
        return self.title

    @property
    def as_record(self) -> CoreRequirement:
        return CoreRequirement.model_validate(self.record)


class Policy(models.Model):
    """A rule by which the institution recognises without a person; ``record`` is the core's ``Policy``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="recognition_policies")
    uri = models.CharField(max_length=500)
    title = models.CharField(max_length=500)
    form = models.JSONField()
    record = models.JSONField()
    edition = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "uri"], name="one_policy_uri")]

    def __str__(self) -> str:
        return self.title

    @property
    def as_record(self) -> CorePolicy:
        return CorePolicy.model_validate(self.record)


class RegisterReport(models.Model):
    """A report of external quality assurance as the institution imported it; ``record`` is the core's ``QualityReport``."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="register_reports")
    number = models.BigIntegerField()
    search_text = models.TextField()
    record = models.JSONField()
    source = models.CharField(max_length=500)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="one_register_report")]

    def __str__(self) -> str:
        return str(self.number)


class NationalReferencing(models.Model):
    """A row of the institution's own table of national levels; it wins over the package's."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="national_levels")
    uri = models.CharField(max_length=300)
    country = models.CharField(max_length=2)
    eqf = models.PositiveSmallIntegerField(null=True)
    label = models.CharField(max_length=300)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "uri"], name="one_national_level")]

    def __str__(self) -> str:
        return self.label


class DecisionSeries(models.Model):
    """The definition, kept out of the catalogue, under which an institution's sealed decisions are awards like others."""

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.CASCADE, related_name="decision_series"
    )
    definition = models.OneToOneField(Definition, on_delete=models.PROTECT, related_name="decision_series")
    version = models.OneToOneField(DefinitionVersion, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.organisation)


class Reconsider(models.TextChoices):
    """What the rules do with an open case: say what they would do, or decide it where nobody has it yet."""

    SUGGEST = "suggest", _("Put the rules to it")
    DECIDE = "decide", _("Let the rules decide")


class Case(models.Model):
    """An application for recognition; ``core`` is the core's ``Case``, the other fields are for lists and searches.

    ``recognised`` is the award of this site that it is about, or ``data`` the exact bytes of a file. ``shown`` are the
    fields that the learner disclosed (keys of ``record.description``); ``core`` holds nothing else of the credential.
    ``edition`` counts the changes, so that of two who decide at once one wins. ``sealed`` is the decision's credential.
    ``suggested_by`` is the rule that would recognise it now; ``reconsider`` what a job has still to do with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="recognition_cases")
    requirement = models.ForeignKey(Requirement, null=True, on_delete=models.SET_NULL, related_name="cases")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="recognition_cases"
    )
    recognised = models.ForeignKey(Award, null=True, on_delete=models.SET_NULL, related_name="recognition_cases")
    data = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    shown = models.JSONField()
    core = models.JSONField()
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=30)
    outcome = models.CharField(max_length=20, blank=True)
    is_flagged = models.BooleanField(default=False)
    suggested_by = models.CharField(max_length=500, blank=True)
    reconsider = models.CharField(max_length=10, blank=True, choices=Reconsider.choices)
    title = models.CharField(max_length=500)
    awarding_body = models.CharField(max_length=300)
    applicant_name = models.CharField(max_length=300, blank=True)
    definition_uri = models.CharField(max_length=500)
    deadline = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sealed = models.ForeignKey(Award, null=True, on_delete=models.SET_NULL, related_name="decided_cases")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "requirement", "digest"],
                condition=~models.Q(state="withdrawn"),
                name="one_application",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "deadline"], name="case_queue"),
            models.Index(fields=["organisation", "definition_uri"], name="case_precedents"),
            models.Index(fields=["applicant", "-received_at"], name="case_of_applicant"),
            models.Index(fields=["received_at"], condition=~models.Q(reconsider=""), name="case_to_reconsider"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def as_core(self) -> CoreCase:
        return CoreCase.model_validate(self.core)


class CaseLetter(Letter):
    """A message about a case, to its applicant or to somebody of the desk."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class CaseAnswer(models.Model):
    """What the applicant answered to a request for information."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answers")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(max_length=10_000)

    def __str__(self) -> str:
        return self.text[:60]


class CaseFile(models.Model):
    """A file that came with an answer; it is only ever handed out as a download."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(CaseAnswer, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.name
