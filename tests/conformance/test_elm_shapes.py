"""What we write passes the official SHACL shapes of European Digital Credentials; the official sample survives."""

import base64
import hashlib
import json
from datetime import UTC, date, datetime

import pytest

from credenza.document import elm
from credenza.linked_data.canonical import canonicalize
from credenza.record import (
    Award,
    AwardPart,
    Identifier,
    IdentifierKind,
    Learner,
    Media,
    PartOffered,
    Result,
    StatusKind,
    StatusReference,
    Text,
)
from credenza.record.authoring import read_micro_credential, read_organisation

pyshacl = pytest.importorskip("pyshacl")
rdflib = pytest.importorskip("rdflib")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
PAGE = Media.of(b"\x89PNG page", "image/png")


@pytest.fixture(scope="module")
def shapes(shared_data):
    graph = rdflib.Graph()
    for name in ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl"):
        graph.parse(shared_data / "elm" / name)
    return graph


@pytest.fixture
def award() -> Award:
    import tomllib
    from pathlib import Path

    example = Path(__file__).resolve().parents[2] / "examples" / "data-analysis"
    body = read_organisation(tomllib.loads((example / "organisation.toml").read_text("utf-8")))
    seal = Identifier(kind=IdentifierKind.EIDAS, value="VATIE-0000000X", country=body.country)
    body = body.model_copy(update={"identifiers": (seal, *body.identifiers)})
    definition = read_micro_credential(
        tomllib.loads((example / "micro-credential.toml").read_text("utf-8")), awarding_body=body
    )
    return Award(
        id="urn:uuid:4a7c0c9e-0000-4000-8000-000000000001",
        micro_credential=definition,
        issuer=body,
        learner=Learner(given_name="Zoë", family_name="Ó Murchú", birth_date=date(2000, 1, 1), email="z@example.org"),
        issued=NOW,
        valid_from=NOW,
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
        awarded=NOW,
        results=(Result(grade=Text.of("Pass")),),
        status=(StatusReference(kind=StatusKind.TOKEN, list_url="https://x.example/tokens-1", index=3),),
    )


def conforms(document, shapes) -> tuple[bool, str]:
    graph = rdflib.Graph()
    graph.parse(data=canonicalize(document).to_bytes().decode(), format="nt")
    ok, _, text = pyshacl.validate(graph, shacl_graph=shapes)
    return ok, text


def test_a_written_credential_passes_the_official_shapes(award, shapes):
    ok, text = conforms(elm.to_document(award, page=PAGE), shapes)
    assert ok, text


def test_a_larger_award_with_its_parts_inside_passes_the_official_shapes(award, shapes):
    sealed = b'{"sealed": true}'
    parts = tuple(
        AwardPart(
            id=f"urn:uuid:4a7c0c9e-0000-4000-8000-00000000001{number}",
            micro_credential=award.micro_credential.model_copy(
                update={"id": f"https://university.example/mc/{number}"}
            ),
            awarded=NOW,
            results=award.results,
            digest=hashlib.sha256(sealed).hexdigest(),
            sealed=base64.b64encode(sealed).decode(),
        )
        for number in (1, 2)
    )
    named = tuple(PartOffered(title=one.micro_credential.title, id=one.micro_credential.id) for one in parts)
    larger = award.micro_credential.model_copy(update={"parts": named, "id": "https://university.example/larger"})
    whole = award.model_copy(update={"parts": parts, "micro_credential": larger})
    document = elm.to_document(whole, page=PAGE)
    ok, text = conforms(document, shapes)
    assert ok, text
    assert elm.from_document(document).award == whole
    assert elm.from_document(document).not_carried == ()


def test_the_shapes_do_find_a_missing_issuer_identifier(award, shapes):
    bare = award.issuer.model_copy(update={"identifiers": ()})
    assert not conforms(elm.to_document(award.model_copy(update={"issuer": bare}), page=PAGE), shapes)[0]


def test_an_eqf_level_that_does_not_exist_passes_the_shapes_and_not_our_check(award, shapes):
    text = json.dumps(elm.to_document(award, page=PAGE)).replace("/snb/eqf/6", "/snb/eqf/99")
    document = json.loads(text)
    assert conforms(document, shapes)[0]
    assert [code for _, code, _ in elm.check_membership(document)] == ["term-not-a-member"]


def test_the_official_sample_survives_with_every_annex_i_element(shared_data):
    sample = json.loads((shared_data / "elm" / "elm-Sample-MC-Annex1-unsigned.jsonld").read_text("utf-8"))
    read = elm.from_document(sample)
    again = elm.from_document(elm.to_document(read.award, page=PAGE))
    assert again.award.model_copy(update={"issued": None}) == read.award
    assert again.not_carried == ()
    definition = read.award.micro_credential
    assert definition.eqf_level.notation == "6"
    assert definition.workload_hours == 60
    assert definition.ects == 2
    assert len(definition.learning_outcomes) == 2
    assert read.award.learner.birth_date == date(1999, 10, 2)
    assert read.not_carried == (
        "credential.credentialSubject.hasClaim.provenBy.assessedBy",
        "credential.credentialSubject.hasClaim.influencedBy",
    )
    assert elm.check_membership(sample) == ()
