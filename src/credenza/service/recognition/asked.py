"""A requirement as people read it: what is asked, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credenza.recognition.requirement import Requirement
from credenza.record import Concept
from credenza.service.recognition.words import GRADES, PURPOSES


def lines(asked: Requirement, language: str) -> list[tuple[str | Promise, list[str | Promise]]]:
    """What is asked: a label and its values; what is not asked is left out."""
    return [(label, values) for label, values in _lines(asked, language) if values]


def _lines(asked: Requirement, language: str) -> Iterator[tuple[str | Promise, list[str | Promise]]]:
    yield _("For"), [PURPOSES[asked.purpose.value]]
    levels = [_("EQF level %(n)s") % {"n": asked.eqf_level.notation}] if asked.eqf_level else []
    yield _("Level"), [*levels, *_labels(asked.nqf_levels, language)]
    credits = [f"{asked.ects.normalize():f} ECTS"] if asked.ects else []
    hours = [_("%(n)s hours") % {"n": f"{asked.workload_hours.normalize():f}"}] if asked.workload_hours else []
    yield _("Workload"), [*credits, *hours]
    if asked.hours_per_ects:
        yield _("Conversion"), [_("%(n)s hours a credit") % {"n": f"{asked.hours_per_ects.normalize():f}"}]
    yield _("Fields"), _labels(asked.fields, language)
    yield _("Learning outcomes"), [one.title.best(language) for one in asked.learning_outcomes]
    if asked.learning_outcomes:
        yield _("At least"), [_("%(share)s of these outcomes") % {"share": f"{asked.least_share:.0%}"}]
    yield _("Quality assurance, at least"), [GRADES[asked.quality.value]] if asked.quality else []
    yield _("Kind of quality assurance"), _labels(asked.quality_kinds, language)
    yield _("Verification, at least"), [GRADES[asked.verification.value]] if asked.verification else []
    yield _("Assessment"), _labels(asked.assessments, language)
    yield _("Verification of identity"), _labels(asked.supervision, language)


def _labels(concepts: tuple[Concept, ...], language: str) -> list[str | Promise]:
    return [one.label(language) for one in concepts]
