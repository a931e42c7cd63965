"""Awards travel as ELMO 1.7 and come back whole; ELMO of others is read, and what is not carried is named."""

import copy
import hashlib
from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from credenza.document import elmo
from credenza.document.elmo import schema as extension_schema
from credenza.document.elmo.names import EXTENSION, LANGUAGE, child, tag
from credenza.errors import MalformedInput, Refused
from credenza.record import AwardPart, Identifier, IdentifierKind, Organisation, Text
from credenza.record.annex_i import check_award, meets_standard

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEALED = elmo.Attachment(b'{"payload": "..."}', "application/ld+json", Text.of("Data analysis"))


def code_of(call) -> str:
    with pytest.raises((MalformedInput, Refused)) as caught:
        call()
    return caught.value.code


def test_an_award_as_elmo_is_valid_against_the_official_schema(award, elmo_schemas, our_schema):
    document = elmo.to_document(award, generated=NOW, sealed=(SEALED,))
    elmo_schemas["1.7.0"].assertValid(document)
    our_schema.assertValid(copy.deepcopy(document.find(f".//{{{EXTENSION}}}award")))


def test_an_award_comes_back_whole_with_its_sealed_credential(award):
    transcript = elmo.from_bytes(elmo.to_bytes(elmo.to_document(award, generated=NOW, sealed=(SEALED,))))
    (entry,) = transcript.entries
    assert entry.award == award
    assert entry.not_carried == transcript.not_carried == ()
    assert entry.sealed == (SEALED,)
    assert transcript.learner.birth_date == award.learner.birth_date
    assert not transcript.signed


def test_a_reader_of_plain_elmo_sees_what_was_learned(award, make_award):
    award = make_award(definition={"fields": ()})
    document = elmo.to_document(award, generated=NOW)
    for extension in document.findall(f".//{tag('extension')}"):
        extension.getparent().remove(extension)
    (entry,) = elmo.from_document(document).entries
    told = entry.award
    assert told.micro_credential.title == award.micro_credential.title
    assert told.micro_credential.ects == Decimal(3)
    assert told.micro_credential.eqf_level == award.micro_credential.eqf_level
    assert told.micro_credential.workload_hours == Decimal(75)
    assert told.issuer.legal_name == award.issuer.legal_name
    assert told.issuer.identifier(IdentifierKind.PIC).value == "999999999"
    assert told.learner.given_name == "Ana"
    assert told.results[0].grade.best("en") == "A"
    assert not meets_standard(check_award(told, now=NOW))


def test_a_wallet_is_one_file_with_a_report_for_each_issuer(make_award, elmo_schemas):
    other = Organisation(id="https://other.example", legal_name=Text.of("Other"), homepage="https://other.example")
    awards = [
        make_award(id="urn:uuid:00000000-0000-4000-8000-000000000001"),
        make_award(id="urn:uuid:00000000-0000-4000-8000-000000000002", issuer=other),
        make_award(id="urn:uuid:00000000-0000-4000-8000-000000000003"),
    ]
    document = elmo.to_transcript(awards, generated=NOW)
    elmo_schemas["1.7.0"].assertValid(document)
    assert len(document.findall(tag("report"))) == 2
    assert {entry.award.id: entry.award for entry in elmo.from_document(document).entries} == {
        one.id: one for one in awards
    }


def test_an_award_with_parts_comes_back_with_its_parts_and_their_seals(make_award, elmo_schemas):
    inner = [make_award(id=f"urn:uuid:00000000-0000-4000-8000-00000000000{number}") for number in (1, 2)]
    seals = [b'{"payload": "one"}', None]
    parts = tuple(
        AwardPart(
            id=one.id,
            micro_credential=one.micro_credential,
            awarded=one.awarded,
            results=one.results,
            digest=hashlib.sha256(seal).hexdigest() if seal else None,
            sealed=b64encode(seal).decode() if seal else None,
        )
        for one, seal in zip(inner, seals, strict=True)
    )
    whole = make_award(definition={"id": "https://university.example/mc/whole"}, parts=parts)
    document = elmo.to_document(whole, generated=NOW, sealed=(SEALED,))
    elmo_schemas["1.7.0"].assertValid(document)
    (entry,) = elmo.from_bytes(elmo.to_bytes(document)).entries
    assert entry.award == whole
    assert entry.not_carried == ()
    document.find(f".//{tag('hasPart')}//{tag('title')}").text = "Brain surgery"
    assert code_of(lambda: elmo.from_document(document)) == "elmo-contradiction"
    removed = document.find(f".//{tag('hasPart')}")
    removed.getparent().remove(removed)
    assert code_of(lambda: elmo.from_document(document)) == "elmo-contradiction"


def test_a_name_that_issuers_spell_differently_is_remarked_on(make_award):
    awards = [
        make_award(),
        make_award(
            id="urn:uuid:00000000-0000-4000-8000-000000000002",
            learner={"full_name": None, "given_name": "ANA", "family_name": "PEREZ"},
        ),
    ]
    first, second = elmo.from_document(elmo.to_transcript(awards, generated=NOW)).entries
    assert first.not_carried == ()
    assert second.not_carried == ("learner (the head of the file spells the name otherwise)",)
    assert second.award == awards[1]


def test_awards_of_two_people_do_not_go_into_one_file(make_award):
    awards = [make_award(), make_award(learner={"birth_date": date(1999, 1, 1)})]
    assert code_of(lambda: elmo.to_transcript(awards, generated=NOW)) == "elmo-several-learners"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("learner/bday", "1999-01-01"),
        ("report/issuer/identifier[@type='uri']", "https://forger.example"),
        ("report/learningOpportunitySpecification/title", "Brain surgery"),
        (".//learningOpportunityInstance/date", "2001-01-01"),
        (".//learningOpportunityInstance/resultLabel", "A+"),
        (".//credit/value", "60"),
        (".//level/value", "8"),
    ],
)
def test_a_file_that_shows_one_thing_and_means_another_is_refused(award, path, text):
    document = elmo.to_document(award, generated=NOW)
    steps = [step if step in (".", "") else tag(step) for step in path.split("/")]
    place = document.find("/".join(steps))
    place.text = text
    assert code_of(lambda: elmo.from_document(document)) == "elmo-contradiction"


def test_a_member_that_the_record_does_not_know_is_refused(award):
    document = elmo.to_document(award, generated=NOW)
    extension = document.find(f".//{{{EXTENSION}}}award")
    extension.append(copy.copy(extension[0]))
    assert code_of(lambda: elmo.from_document(document)) == "elmo-malformed"
    extension[-1].tag = f"{{{EXTENSION}}}superpower"
    assert code_of(lambda: elmo.from_document(document)) == "elmo-malformed"


@pytest.mark.parametrize("version", ["1.6.0", "1.7.0", "2.0.0"])
def test_the_official_examples_are_read_and_what_is_not_carried_is_named(shared_data, version):
    transcript = elmo.from_bytes((shared_data / "elmo" / f"v{version}" / "example.xml").read_bytes())
    assert transcript.signed
    assert transcript.learner.national_id.value == "83041200000"
    titles = [entry.award.micro_credential.title.best("en") for entry in transcript.entries]
    assert "Compiler construction" in titles
    assert "The importance of <br> in HTML" in titles
    compilers = transcript.entries[titles.index("Compiler construction")]
    assert compilers.award.micro_credential.ects == Decimal(6)
    assert compilers.award.micro_credential.eqf_level.notation == "5"
    assert compilers.award.results[0].grade.best("en") == "45.1"
    named = " ".join(compilers.not_carried)
    for lost in (
        "resultDistribution",
        "shortenedGrading",
        "descriptionHtml",
        "subjectArea",
        "level[2]",
        "academicTerm",
    ):
        assert lost in named
    assert [part.micro_credential.title.best("en") for part in compilers.award.parts] == ["Lecture", "Lab classes"]


def test_versions_are_told_apart_by_what_only_one_of_them_has(award):
    document = elmo.to_document(award, generated=NOW)
    assert elmo.versions(document) == ("1.6", "1.7")
    groups = child(document, "groups")
    kind = child(groups, "groupType", id="1")
    child(kind, "title", "By category", **{LANGUAGE: "en"})
    assert elmo.versions(document) == ("1.6", "1.7")
    child(kind, "title", "Nach Art", **{LANGUAGE: "de"})
    assert elmo.versions(document) == ("1.7",)
    child(document.find(tag("learner")), "dateOfBirth", "2001-05-31")
    assert elmo.versions(document) == ("2.0",)


def test_learning_that_failed_is_no_award(award):
    document = elmo.to_document(award, generated=NOW)
    document.find(f".//{tag('status')}").text = "failed"
    transcript = elmo.from_document(document)
    assert transcript.entries == ()
    assert transcript.not_carried == ("report/learningOpportunitySpecification (failed, so it is no award)",)


def test_a_decision_on_recognition_travels_as_elmo_2(make_award, elmo_schemas):
    award = make_award()
    authority = Organisation(
        id="https://recogniser.example",
        legal_name=Text.of("University of Galway"),
        identifiers=(Identifier(kind=IdentifierKind.SCHAC, value="recogniser.example"),),
    )
    decided = elmo.ResultOfRecognition(
        title=Text.of("Recognition of Data analysis"),
        status=elmo.RecognitionStatus.PARTIALLY_POSITIVE,
        decision_date=date(2026, 4, 1),
        basis=(award,),
        counted=(elmo.Counted(id="https://recogniser.example/ST101", title=Text.of("Statistics I")),),
        mapping=(
            elmo.RecognitionMapping(
                recognised=(award.micro_credential.id,), counted_as=("https://recogniser.example/ST101",)
            ),
        ),
    )
    document = elmo.to_recognition(award.learner, (decided,), authority=authority, generated=NOW)
    elmo_schemas["2.0.0"].assertValid(document)
    transcript = elmo.from_bytes(elmo.to_bytes(document))
    assert transcript.versions == ("2.0",)
    assert transcript.entries == ()
    assert transcript.learner.full_name == award.learner.full_name
    (decision,) = transcript.decisions
    assert decision.result == decided
    assert decision.authority == authority
    assert decision.not_carried == transcript.not_carried == ()


def test_two_different_attachments_of_one_name_are_refused(award):
    document = elmo.to_document(award, generated=NOW, sealed=(SEALED,))
    report = document.find(tag("report"))
    other = copy.deepcopy(report.find(tag("attachment")))
    report.append(other)
    assert len(elmo.from_document(document).attachments) == 1
    other.find(tag("content")).text = "data:application/ld+json;base64,e30="
    assert code_of(lambda: elmo.from_document(document)) == "elmo-attachment-ambiguous"


def test_comments_do_not_cut_a_name_short(award):
    data = elmo.to_bytes(elmo.to_document(award, generated=NOW)).replace(
        b"<familyName>P", b"<familyName>P<!-- x -->", 1
    )
    assert elmo.from_bytes(data).learner.family_name == "Pérez"


def test_the_published_schema_is_that_of_the_record():
    published = Path(__file__).parents[4] / "docs" / "schemas" / "elmo-micro-credential-1.xsd"
    assert published.read_bytes().strip() == extension_schema.schema().strip()


def test_a_text_without_a_language_says_so(award):
    document = elmo.to_document(award, generated=NOW)
    unit = document.find(f".//{tag('learningOpportunitySpecification')}")
    unit.find(f".//{tag('extension')}").clear()
    for title in unit.findall(tag("title"))[1:]:
        unit.remove(title)
    del unit.find(tag("title")).attrib[LANGUAGE]
    assert elmo.from_document(document).entries[0].award.micro_credential.title == Text({"und": "Data analysis"})
