"""A micro-credential as the catalogue shows it: the facts, the outcomes, the rest, in a reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from credenza.record import Award, Learner, MicroCredential
from credenza.record.description import Line
from credenza.service.described import described
from credenza.service.verification.page import ShownOutcome, outcomes_of

_FACTS = ("workload", "level", "assessment_type", "form_of_participation", "quality_assurance", "language")
_ELSEWHERE = frozenset({"title", "awarding_body", "country_region", "learning_outcomes", *_FACTS})


@dataclass(frozen=True)
class Offer:
    """What the page of a micro-credential shows."""

    title: str
    subtitle: str
    description: str
    provider: str
    place: str
    facts: tuple[Line, ...]
    outcomes: tuple[ShownOutcome, ...]
    outcome_summary: str
    more: tuple[Line, ...]


def offer_of(record: MicroCredential, language: str, *, country: str | None = None) -> Offer:
    """The offer in a language."""
    nobody = Award(id=record.id, micro_credential=record, issuer=record.awarding_body, learner=Learner(), language="en")
    lines = {line.key: line for line in described(nobody, language, country=country)}
    title, english = record.title.best(language), record.title.best("en")
    place = lines.get("country_region")
    return Offer(
        title=title,
        subtitle=english if english != title else "",
        description=record.description.best(language) if record.description else "",
        provider=record.awarding_body.legal_name.best(language),
        place=place.values[0] if place else "",
        facts=tuple(lines[key] for key in _FACTS if key in lines),
        outcomes=tuple(outcomes_of(record, language)),
        outcome_summary=record.outcome_summary.best(language) if record.outcome_summary else "",
        more=tuple(line for key, line in lines.items() if key not in _ELSEWHERE),
    )


def schema_org(record: MicroCredential, *, page: str) -> dict[str, Any]:
    """The offer in the words of schema.org (Course, EducationalOccupationalCredential), for search engines."""
    body = record.awarding_body
    credential = {
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": "micro-credential",
        "name": record.title.best("en"),
        "competencyRequired": [outcome.title.best("en") for outcome in record.learning_outcomes],
        "educationalLevel": f"EQF {record.eqf_level.notation}" if record.eqf_level else None,
    }
    course = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": page,
        "url": page,
        "name": record.title.best("en"),
        "description": (record.description or record.title).best("en"),
        "inLanguage": [one.notation.lower() for one in record.languages],
        "provider": {"@type": "Organization", "name": body.legal_name.best("en"), "url": body.homepage},
        "teaches": credential["competencyRequired"],
        "timeRequired": record.workload,
        "numberOfCredits": float(record.ects) if record.ects is not None else None,
        "educationalCredentialAwarded": {name: value for name, value in credential.items() if value},
    }
    return {name: value for name, value in course.items() if value not in (None, [], "")}
