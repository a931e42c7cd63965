"""Micro-credentials as they are designed and offered: definitions, their versions, and ESCO skills as imported."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from credenza.record import MicroCredential
from credenza.service import records
from credenza.service.catalogue.versioned import Version, Versioned, VersionState, constraints_of
from credenza.service.request_values import identifier

__all__ = ["Definition", "DefinitionVersion", "EscoSkill", "VersionState", "definition_id"]


class Definition(Versioned):
    """A micro-credential of an organisation through all its versions."""

    published = models.ForeignKey("DefinitionVersion", null=True, on_delete=models.SET_NULL, related_name="+")

    @property
    def uri(self) -> str:
        """The URI that names it in every credential."""
        return f"{settings.CREDENZA.public_base}/catalogue/{self.id}"


def definition_id(uri: str) -> UUID | None:
    """The key of the definition of this site's catalogue that has this very URI."""
    found = identifier(uri.rpartition("/")[2])
    return found if found is not None and Definition(id=found).uri == uri else None


class DefinitionVersion(Version):
    """One version of a micro-credential; an award points at the version it was made from.

    ``form`` is as ``record.authoring.read_micro_credential`` reads it, ``record`` the core's ``MicroCredential`` as JSON
    where the form is complete enough to make one. The other fields are for searching.
    """

    KIND = "definition"
    CONTENT = ("form", "title")

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    record = models.JSONField(null=True)

    search_text = models.TextField(blank=True)
    eqf = models.PositiveSmallIntegerField(null=True)
    ects = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    languages = models.CharField(max_length=100, blank=True)
    modes = models.CharField(max_length=100, blank=True)
    fields = models.CharField(max_length=200, blank=True)

    class Meta(Version.Meta):
        constraints = constraints_of("definition")

    @property
    def is_offered(self) -> bool:
        """Whether it is the version that learners find in the catalogue, and that is issued."""
        return self.state == VersionState.PUBLISHED and self.definition.withdrawn_at is None

    @property
    def as_record(self) -> MicroCredential:
        return records.read(MicroCredential, self.record)


class EscoSkill(models.Model):
    """An ESCO skill as an operator imported it from the official CSV."""

    uri = models.CharField(max_length=200, primary_key=True)
    labels = models.JSONField()
    search_text = models.TextField()

    def __str__(self) -> str:
        return self.uri
