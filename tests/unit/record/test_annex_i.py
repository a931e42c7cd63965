"""The Annex I check: each element that is missing or weak is found, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from credenza.record import (
    UNSTATED,
    Award,
    Concept,
    Credit,
    Identifier,
    IdentifierKind,
    Learner,
    LearningOutcome,
    Location,
    MicroCredential,
    Result,
    Text,
    concept,
)
from credenza.record.annex_i import Severity, check_award, check_definition, elements, meets_standard

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LEARNER = Learner(given_name="Ana", family_name="Díaz", birth_date=date(2000, 1, 1))


def codes(definition: MicroCredential) -> set[str]:
    return {one.code for one in check_definition(definition)}


def award(definition: MicroCredential, **changes: Any) -> Award:
    good: dict[str, Any] = {
        "id": "urn:uuid:1",
        "micro_credential": definition,
        "issuer": definition.awarding_body,
        "learner": LEARNER,
        "issued": NOW,
        "valid_from": NOW,
    }
    return Award(**(good | changes))


def test_there_are_eleven_mandatory_and_five_optional_elements():
    assert [one.number for one in elements()] == list(range(1, 17))
    assert sum(one.mandatory for one in elements()) == 11


def test_a_complete_definition_has_no_findings(definition):
    assert check_definition(definition) == ()


def test_every_finding_says_why_and_how(definition):
    bare = definition.model_copy(update={"learning_outcomes": (), "assessments": ()})
    assert all(one.message and one.why and one.how for one in check_definition(bare))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": Text.of("DA-101")}, "title-is-a-code"),
        ({"title": UNSTATED}, "title-missing"),
        ({"title": Text.of("Anailís", "ga")}, "title-not-in-english"),
        ({"languages": ()}, "language-of-instruction-missing"),
        ({"languages": (concept("language", "de"),)}, "title-not-in-language-of-instruction"),
        ({"learning_outcomes": ()}, "learning-outcomes-missing"),
        ({"learning_outcomes": (LearningOutcome(title=Text.of("x" * 500)),)}, "learning-outcomes-a-paragraph"),
        ({"workload": None, "credits": ()}, "workload-missing"),
        ({"workload": "PT200H"}, "workload-inconsistent"),
        ({"workload": "P5D"}, "workload-not-in-hours"),
        ({"eqf_level": None, "qf_ehea_cycle": None, "nqf_levels": ()}, "level-missing"),
        ({"eqf_level": None}, "level-eqf-missing"),
        ({"eqf_level": Concept(uri="http://data.europa.eu/snb/eqf/99")}, "level-unknown"),
        ({"eqf_level": concept("nqf", "c_38f52397")}, "level-unknown"),
        ({"eqf_level": concept("eqf", "8")}, "level-eqf-cycle-inconsistent"),
        ({"eqf_level": concept("eqf", "8"), "qf_ehea_cycle": None}, "level-eqf-nqf-inconsistent"),
        ({"assessments": ()}, "assessment-missing"),
        ({"participation": ()}, "participation-missing"),
        ({"participation": (Concept(uri="https://uni.example/fun"),)}, "participation-unknown"),
        ({"quality_assurance": ()}, "quality-assurance-missing"),
        ({"prerequisites": None}, "prerequisites-missing"),
        ({"stackability": None}, "stackability-missing"),
        ({"fields": ()}, "field-missing"),
    ],
)
def test_what_is_missing_or_weak_is_found(definition, change, code):
    assert code in codes(definition.model_copy(update=change))


def test_the_body_needs_a_country_and_a_registered_identifier(definition):
    body = definition.awarding_body.model_copy(update={"location": Location(), "identifiers": ()})
    found = codes(definition.model_copy(update={"awarding_body": body}))
    assert {"country-missing", "awarding-body-identifier-missing"} <= found


def test_an_identifier_of_the_wrong_form_is_weak(definition):
    wrong = (Identifier(kind=IdentifierKind.PIC, value="12"),)
    body = definition.awarding_body.model_copy(update={"identifiers": wrong})
    assert "awarding-body-identifier-malformed" in codes(definition.model_copy(update={"awarding_body": body}))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"learner": Learner()}, "learner-name-missing"),
        ({"learner": Learner(full_name="Ana", email="ana@uni.example")}, "learner-identification-missing"),
        ({"issued": None}, "date-of-issuing-missing"),
        ({"issued": NOW + timedelta(days=1)}, "date-of-issuing-in-future"),
        ({"awarded": NOW + timedelta(hours=1)}, "date-of-issuing-before-assessment"),
        ({"valid_until": NOW - timedelta(days=1)}, "validity-ends-before-it-begins"),
        ({"results": (Result(assessment=3, grade=Text.of("A")),)}, "grade-without-scheme"),
    ],
)
def test_what_is_wrong_with_an_award_is_found(definition, change, code):
    assert code in {one.code for one in check_award(award(definition, **change), now=NOW)}


def test_a_good_award_meets_the_standard(definition):
    assert check_award(award(definition), now=NOW) == ()


def test_an_expired_accreditation_does_not_cover(definition):
    old = definition.quality_assurance[0].model_copy(update={"valid_until": NOW - timedelta(days=1)})
    found = check_award(award(definition.model_copy(update={"quality_assurance": (old,)})), now=NOW)
    assert [one.code for one in found] == ["quality-assurance-not-in-force"]
    assert not meets_standard(found)
    assert found[0].severity is Severity.ERROR


def test_hours_within_25_to_30_for_each_credit_agree(definition):
    credit = (Credit(framework=concept("credit", "ECTS"), points=Decimal("2")),)
    for hours in (50, 60):
        fitting = definition.model_copy(update={"credits": credit, "workload": f"PT{hours}H"})
        assert "workload-inconsistent" not in codes(fitting)
