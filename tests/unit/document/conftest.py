"""Records of every shape: what any provider could write, to be sent through every format and back."""

import base64
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from credenza.record import (
    Accreditation,
    Assessment,
    Award,
    AwardPart,
    Concept,
    Credit,
    Evidence,
    GradingScheme,
    Group,
    Identifier,
    IdentifierKind,
    Integration,
    LargerAward,
    Learner,
    LearningOutcome,
    Location,
    Media,
    MicroCredential,
    Organisation,
    PartOffered,
    Result,
    Stackability,
    StatusKind,
    StatusReference,
    Text,
    WebPage,
    concept,
)

LINES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)
TEXTS = st.dictionaries(st.sampled_from(["en", "de", "el", "ga"]), LINES, min_size=1, max_size=3).map(Text)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
URLS = st.integers(0, 10**6).map(lambda number: f"https://example.org/{number}")
COUNTRIES = st.sampled_from(["IE", "GR", "DE"]).map(lambda code: concept("country", code))


def terms(name: str, *codes: str) -> st.SearchStrategy[Concept]:
    return st.sampled_from(codes).map(lambda code: concept(name, code))


LEGAL = st.builds(
    Identifier,
    kind=st.sampled_from([IdentifierKind.VAT, IdentifierKind.TAX, IdentifierKind.EIDAS]),
    value=LINES,
    country=COUNTRIES,
)
OTHER = st.builds(Identifier, kind=st.sampled_from([IdentifierKind.PIC, IdentifierKind.ROR]), value=LINES)


@st.composite
def organisations(draw, role, accredited=True):
    number = draw(st.integers(0, 10**9))
    eidas_first = sorted(draw(st.lists(LEGAL, max_size=3, unique_by=lambda one: one.kind)), key=_slot)
    return Organisation(
        id=f"https://example.org/{role}/{number}",
        legal_name=draw(TEXTS),
        other_names=draw(st.none() | TEXTS),
        identifiers=(*eidas_first, *draw(st.lists(OTHER, max_size=2))),
        location=draw(
            st.none() | st.builds(Location, country=COUNTRIES, address=st.none() | TEXTS, name=st.none() | TEXTS)
        ),
        homepage=draw(st.none() | URLS),
        email=draw(st.none() | st.just("office@example.org")),
        phone=draw(st.none() | st.just("+353 1 000")),
        logo=draw(st.none() | st.just(Media.of(b"picture", "image/png"))),
        member_of=tuple(draw(st.lists(st.builds(Group, name=TEXTS, email=st.none()), max_size=1))),
        accreditations=tuple(draw(st.lists(accreditations(role), max_size=1))) if accredited else (),
    )


def _slot(one: Identifier) -> int:
    return [IdentifierKind.EIDAS, IdentifierKind.VAT, IdentifierKind.TAX].index(one.kind)


@st.composite
def accreditations(draw, role):
    return Accreditation(
        id=f"https://example.org/qa-of-{role}/{draw(st.integers(0, 10**9))}",
        kind=draw(terms("accreditation", "programme-quality-assurance", "institutional-licence")),
        title=draw(TEXTS),
        agency=draw(organisations(f"agency-of-{role}", accredited=False)),
        reference=draw(st.none() | st.builds(Identifier, kind=st.just(IdentifierKind.DEQAR), value=LINES)),
        report=draw(st.none() | URLS),
        status=draw(st.none() | LINES),
        valid_from=draw(st.none() | MOMENTS),
        valid_until=draw(st.none() | MOMENTS),
        organisation_id=draw(st.none() | URLS),
        eqf_levels=tuple(draw(st.lists(terms("eqf", "5", "6"), max_size=2, unique=True))),
        fields=tuple(draw(st.lists(terms("isced-f", "05", "0612"), max_size=2, unique=True))),
        jurisdictions=tuple(draw(st.lists(COUNTRIES, max_size=1))),
    )


SKILL = Concept(uri="http://data.europa.eu/esco/skill/0001", scheme="http://data.europa.eu/esco/x", labels=Text.of("s"))
OUTCOMES = st.builds(
    LearningOutcome,
    title=TEXTS,
    kind=st.none() | terms("skill-type", "knowledge", "skill"),
    skills=st.just(())
    | st.just(
        (
            Concept(
                uri="http://data.europa.eu/esco/skill/0001", scheme="http://data.europa.eu/esco/x", labels=Text.of("s")
            ),
        )
    ),
    reusability=st.none() | terms("skill-reuse", "transversal"),
    note=st.none() | TEXTS,
)
ASSESSMENTS = st.builds(
    Assessment,
    title=TEXTS,
    kind=st.none() | terms("assessment", "quiz", "portfolio"),
    mode=st.none() | terms("mode", "online"),
    description=st.none() | TEXTS,
    grading_scheme=st.none() | st.builds(GradingScheme, title=TEXTS, description=st.none() | TEXTS),
)
STACKS = st.builds(
    Stackability,
    integration=st.sampled_from([Integration.INTEGRATED, Integration.STACKABLE]),
    towards=st.lists(st.builds(LargerAward, title=TEXTS, id=st.none() | URLS), max_size=2).map(tuple),
) | st.just(Stackability(integration=Integration.STAND_ALONE))


@st.composite
def definitions(draw):
    return MicroCredential(
        id=f"https://example.org/mc/{draw(st.integers(0, 10**9))}",
        title=draw(TEXTS),
        awarding_body=draw(organisations("body")),
        description=draw(st.none() | TEXTS),
        identifiers=tuple(draw(st.lists(OTHER, max_size=1))),
        languages=tuple(draw(st.lists(terms("language", "en", "de"), max_size=2, unique=True))),
        learning_outcomes=tuple(draw(st.lists(OUTCOMES, max_size=3))),
        outcome_summary=draw(st.none() | TEXTS),
        workload=draw(st.none() | st.sampled_from(["PT50H", "PT37H30M", "P5D"])),
        credits=tuple(
            draw(
                st.lists(
                    st.builds(
                        Credit,
                        framework=terms("credit", "ECTS"),
                        points=st.sampled_from([Decimal("2"), Decimal("2.5")]),
                    ),
                    max_size=1,
                )
            )
        ),
        eqf_level=draw(st.none() | terms("eqf", "4", "6")),
        qf_ehea_cycle=draw(st.none() | terms("qf-ehea", "first-cycle")),
        nqf_levels=tuple(draw(st.lists(terms("nqf", "DQR Level 6", "IE NQF Level 7"), max_size=2, unique=True))),
        participation=tuple(draw(st.lists(terms("mode", "online", "blended"), max_size=2, unique=True))),
        assessments=tuple(draw(st.lists(ASSESSMENTS, max_size=2))),
        quality_assurance=tuple(draw(st.lists(accreditations("programme"), max_size=1))),
        prerequisites=draw(st.none() | TEXTS),
        stackability=draw(st.none() | STACKS),
        fields=tuple(draw(st.lists(terms("isced-f", "0542", "0688"), max_size=2, unique=True))),
        learning_setting=draw(st.none() | terms("learning-setting", "formal")),
        maximum_duration=draw(st.none() | st.just("P1M")),
        further_information=draw(st.none() | TEXTS),
        homepage=draw(st.none() | URLS),
        documents=tuple(draw(st.lists(st.builds(WebPage, url=URLS, title=st.none() | TEXTS), max_size=1))),
        parts=tuple(draw(st.lists(st.builds(PartOffered, title=TEXTS, id=st.none() | URLS), max_size=1))),
    )


@st.composite
def parts(draw):
    sealed = draw(st.none() | st.binary(min_size=1, max_size=40))
    definition = draw(definitions())
    graded = draw(st.booleans()) and definition.assessments
    return AwardPart(
        id=f"urn:uuid:{draw(st.uuids())}",
        micro_credential=definition,
        awarded=draw(st.none() | MOMENTS),
        results=(Result(assessment=0, grade=draw(st.none() | TEXTS)),) if graded else (),
        digest=hashlib.sha256(sealed).hexdigest() if sealed else draw(st.none() | st.just("ab" * 32)),
        sealed=base64.b64encode(sealed).decode() if sealed else None,
    )


@st.composite
def awards(draw):
    definition = draw(definitions())
    graded = draw(st.booleans()) and definition.assessments
    moment = draw(MOMENTS)
    identifiers = [st.builds(Identifier, kind=st.just(IdentifierKind.ESI), value=LINES)]
    return Award(
        id=f"urn:uuid:{draw(st.uuids())}",
        micro_credential=definition,
        issuer=definition.awarding_body if draw(st.booleans()) else draw(organisations("issuer")),
        learner=Learner(
            id=draw(st.none() | st.just("did:example:learner")),
            full_name=draw(LINES),
            given_name=draw(st.none() | LINES),
            family_name=draw(st.none() | LINES),
            birth_date=draw(st.none() | st.dates(date(1940, 1, 1), date(2015, 1, 1))),
            national_id=draw(
                st.none()
                | st.builds(Identifier, kind=st.just(IdentifierKind.NATIONAL_ID), value=LINES, country=COUNTRIES)
            ),
            identifiers=tuple(draw(st.lists(identifiers[0], max_size=1))),
            email=draw(st.none() | st.just("ana@example.org")),
        ),
        issued=moment,
        valid_from=moment,
        valid_until=draw(st.none() | MOMENTS),
        awarded=draw(st.none() | MOMENTS),
        results=(Result(assessment=0, grade=draw(st.none() | TEXTS), assessed=draw(st.none() | MOMENTS)),)
        if graded
        else (),
        identifiers=tuple(
            draw(
                st.lists(
                    st.builds(Identifier, kind=st.just(IdentifierKind.CERTIFICATE_NUMBER), value=LINES), max_size=1
                )
            )
        ),
        evidence=tuple(draw(st.lists(st.builds(Evidence, url=URLS, title=st.none() | TEXTS), max_size=1))),
        status=draw(
            st.just(()) | st.just((StatusReference(kind=StatusKind.TOKEN, list_url="https://x.example/t-1", index=7),))
        ),
        language=draw(st.sampled_from(["en", "de"])),
        parts=tuple(draw(st.lists(parts(), max_size=2))),
    )


@pytest.fixture(scope="session")
def page() -> Media:
    return Media.of(b"\x89PNG page", "image/png")
