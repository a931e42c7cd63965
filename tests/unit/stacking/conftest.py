"""Credentials of one learner, verified, and pathways for them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from credenza.record import Award, Credit, Learner, LearningOutcome, MicroCredential, Organisation, Text, concept
from credenza.stacking.pathway_file import read_pathway
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport
from credenza.verifying.verified import VerifiedCredential

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOME = "https://university.example"


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def offered():
    """Makes definitions: ``offered("python", ects=3, fields=("0613",), outcomes=("Write programs",))``."""

    def make(name, *, ects=3, eqf="6", fields=("0613",), outcomes=None, body=HOME) -> MicroCredential:
        return MicroCredential(
            id=f"{body}/mc/{name}",
            title=Text.of(name.capitalize()),
            awarding_body=Organisation(id=body, legal_name=Text.of(f"Body {body[8:]}")),
            learning_outcomes=tuple(LearningOutcome(title=Text.of(one)) for one in outcomes or (f"Do {name}",)),
            credits=(Credit(framework=concept("credit", "ECTS"), points=Decimal(str(ects))),) if ects else (),
            eqf_level=concept("eqf", eqf) if eqf else None,
            fields=tuple(concept("isced-f", code) for code in fields),
        )

    return make


@pytest.fixture
def verified(offered):
    """Makes verified credentials; what is about the award or the learner is given by name."""

    def make(name, *, learner=None, checked_at=NOW, outcome="passed", award=None, **definition):
        person = Learner(**{"full_name": "Ana Pérez", "birth_date": date(2001, 5, 31)} | (learner or {}))
        what = offered(name, **definition)
        members = {"id": f"urn:x:{name}", "issued": datetime(2026, 2, 1, tzinfo=UTC), "issuer": what.awarding_body}
        made = Award(**members | (award or {}), micro_credential=what, learner=person)
        checks = [Check(one, "passed", f"{one}-good", "Good.") for one in CHECK_NAMES]
        checks[2] = Check("issuer", outcome, "issuer-x", "Who issued it was not checked.")
        return VerifiedCredential.of_report(VerificationReport("elm", tuple(checks), made), checked_at=checked_at)

    return make


@pytest.fixture
def pathway():
    """Makes pathways: ``pathway(parts=[...], groups=[...], minimum_ects=9)``."""

    def make(**members):
        written = {"id": f"{HOME}/pathways/data", "title": "Data", "award": f"{HOME}/mc/data", "kind": "elective"}
        return read_pathway(written | members)

    return make


@pytest.fixture
def part():
    def make(name, **members):
        return {"id": name, "title": name.capitalize()} | (members or {"definitions": [f"{HOME}/mc/{name}"]})

    return make
