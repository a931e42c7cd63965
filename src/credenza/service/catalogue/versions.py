"""Versions of a micro-credential: what a form becomes, and what lists and searches know of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from credenza.record import MicroCredential
from credenza.record.authoring import read_micro_credential
from credenza.record.form import Problem, refuse
from credenza.service.catalogue.models import Definition, DefinitionVersion
from credenza.service.issuance import keys

_OTHER_BODY = Problem(
    "awarding_body", "awarding-body-fixed", "Your own organisation awards what it offers here: leave awarding_body out."
)


def record_of(definition: Definition, form: Mapping[str, Any]) -> MicroCredential:
    """The micro-credential that a designer's form describes; its id is its address in this site's catalogue.

    Raises:
        MalformedInput: ``definition-invalid`` with every problem in ``problems``: it names another awarding body, too.
    """
    if "awarding_body" in form:
        refuse([_OTHER_BODY], "definition-invalid", "The definition")
    body = keys.sealed_record(definition.organisation)
    return read_micro_credential({**form, "id": definition.uri}, awarding_body=body)


def describe(version: DefinitionVersion, record: MicroCredential) -> None:
    """Fill in what lists and searches need of the version; the caller saves it."""
    version.record = record.model_dump(mode="json", exclude_none=True)
    version.title = record.title.best("en")[:500]
    version.search_text = _search_text(record)
    version.eqf = record.eqf_level.eqf if record.eqf_level else None
    version.ects, version.hours = record.ects, record.workload_hours
    version.languages = _codes(one.notation.lower() for one in record.languages)
    version.modes = _codes(one.notation for one in record.participation)
    version.fields = _codes(one.notation for one in record.fields)


def folded(text: str) -> str:
    """A text as searches compare it: lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _search_text(record: MicroCredential) -> str:
    texts = [record.title, record.description, record.outcome_summary, record.awarding_body.legal_name]
    texts += [outcome.title for outcome in record.learning_outcomes]
    found = [value for text in texts if text is not None for value in text.root.values()]
    skills = (skill for outcome in record.learning_outcomes for skill in (*outcome.skills, *outcome.other_skills))
    for concept in (*record.fields, *skills):
        found += concept.term.labels.values() if concept.term else [concept.label("en"), concept.uri]
    return folded("\n".join(dict.fromkeys(found)))


def _codes(codes: Any) -> str:
    """Codes between spaces, so that `` en `` finds one and not a part of another."""
    joined = " ".join(codes)
    return f" {joined} " if joined else ""
