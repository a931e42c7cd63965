"""Fixtures for all tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of official reference material beside the checkout; tests that need it are skipped without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the official reference data (../shared/data) is not on this machine")
    return folder


@pytest.fixture
def make_award():
    """Makes complete awards: ``make_award(definition={...}, learner={...}, **award)`` changes what a test is about."""
    from datetime import UTC, date, datetime
    from decimal import Decimal

    from credenza.record import (
        Accreditation,
        Assessment,
        Award,
        Credit,
        Identifier,
        IdentifierKind,
        Learner,
        LearningOutcome,
        Location,
        MicroCredential,
        Organisation,
        Result,
        Text,
        concept,
    )

    agency = Organisation(id="https://agency.example", legal_name=Text.of("Quality Agency of Ireland"))
    body = Organisation(
        id="https://university.example",
        legal_name=Text.of("Example University of Cork"),
        identifiers=(Identifier(kind=IdentifierKind.PIC, value="999999999"),),
        location=Location(country=concept("country", "IE")),
        accreditations=(
            Accreditation(
                id="https://register.example/1",
                kind=concept("accreditation", "institutional-quality-assurance"),
                title=Text.of("Institutional review"),
                agency=agency,
                reference=Identifier(kind=IdentifierKind.DEQAR, value="4711"),
                valid_from=datetime(2020, 1, 1, tzinfo=UTC),
                valid_until=datetime(2030, 1, 1, tzinfo=UTC),
            ),
        ),
    )

    def make(*, definition: dict | None = None, learner: dict | None = None, **award) -> Award:
        offered = {
            "id": "https://university.example/mc/data-analysis",
            "title": Text({"en": "Data analysis", "ga": "Anailís sonraí"}),
            "awarding_body": body,
            "languages": (concept("language", "en"),),
            "learning_outcomes": (LearningOutcome(title=Text.of("Clean a data set with Python")),),
            "workload": "PT75H",
            "credits": (Credit(framework=concept("credit", "ECTS"), points=Decimal(3)),),
            "eqf_level": concept("eqf", "6"),
            "participation": (concept("mode", "online"),),
            "assessments": (
                Assessment(
                    title=Text.of("Portfolio"),
                    kind=concept("assessment", "portfolio"),
                    supervision=concept("supervision", "supervised-with-id"),
                ),
            ),
        }
        person = {
            "full_name": "Ana Pérez",
            "given_name": "Ana",
            "family_name": "Pérez",
            "birth_date": date(2001, 5, 31),
        }
        made = {
            "id": "urn:uuid:7f1cb1e6-6a2f-4a57-8d23-111111111111",
            "issued": datetime(2026, 2, 1, tzinfo=UTC),
            "valid_from": datetime(2026, 2, 1, tzinfo=UTC),
            "awarded": datetime(2026, 1, 30, tzinfo=UTC),
            "results": (Result(grade=Text.of("A")),),
        }
        return Award(
            **made
            | {
                "micro_credential": MicroCredential(**offered | (definition or {})),
                "issuer": body,
                "learner": Learner(**person | (learner or {})),
            }
            | award
        )

    return make


@pytest.fixture
def award(make_award):
    """One complete award."""
    return make_award()
