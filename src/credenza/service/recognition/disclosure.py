"""What of a credential the desk is told: the learner leaves out what nobody there needs, and it is kept out of the case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from credenza.record import Award
from credenza.record.description import describe
from credenza.verifying.report import VerificationReport

ALWAYS = frozenset({"title", "awarding_body", "learner", "country_region", "date_of_issuing"})
"""Without these nobody can tell what is to be recognised, and whose it is."""
_OF_DEFINITION: dict[str, dict[str, Any]] = {
    "learning_outcomes": {"learning_outcomes": (), "outcome_summary": None},
    "workload": {"workload": None, "credits": ()},
    "level": {"eqf_level": None, "qf_ehea_cycle": None, "nqf_levels": ()},
    "form_of_participation": {"participation": ()},
    "quality_assurance": {"quality_assurance": ()},
    "language": {"languages": ()},
    "field": {"fields": ()},
    "prerequisites": {"prerequisites": None},
    "stackability": {"stackability": None},
    "further_information": {"further_information": None},
    "assessment_type": {"assessments": ()},
}


def disclosed(report: VerificationReport, shown: Collection[str]) -> VerificationReport:
    """The report with an award that holds only the fields shown; its checks are of the whole credential."""
    if report.award is None:
        return report
    return replace(report, award=_disclosed(report.award, {*shown, *ALWAYS}))


def _disclosed(award: Award, shown: set[str]) -> Award:
    offered, hidden = award.micro_credential, {line.key for line in describe(award, "en")} - shown
    changes: dict[str, Any] = {}
    for key in hidden & _OF_DEFINITION.keys():
        changes |= _OF_DEFINITION[key]
    if "quality_assurance" in hidden:
        changes["awarding_body"] = offered.awarding_body.model_copy(update={"accreditations": ()})
    if "supervision" in hidden and "assessments" not in changes:
        bare = (one.model_copy(update={"supervision": None}) for one in offered.assessments)
        changes["assessments"] = tuple(bare)
    learner = award.learner.model_copy(update={"email": None})
    if "birth_date" in hidden:
        learner = learner.model_copy(update={"birth_date": None, "national_id": None})
    return award.model_copy(
        update={
            "micro_credential": offered.model_copy(update=changes),
            "learner": learner,
            "results": _results(award, hidden),
            "evidence": () if "further_information" in hidden else award.evidence,
            "valid_until": None if "valid_until" in hidden else award.valid_until,
        }
    )


def _results(award: Award, hidden: set[str]) -> tuple[Any, ...]:
    if "assessment_type" in hidden:
        return ()
    left_out = {name: None for name in ("grade", "supervision") if name in hidden}
    return tuple(one.model_copy(update=left_out) for one in award.results)
