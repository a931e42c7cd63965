"""A learner record tells the larger award with its parts to the byte; what contradicts itself is refused."""

import base64
import copy
import hashlib
import json
from pathlib import Path

import orjson
import pytest

from credenza.document import comprehensive_learner_record as clr
from credenza.document import open_badge
from credenza.errors import MalformedInput
from credenza.linked_data.guard import refuse_uncovered
from credenza.record import AwardPart

SAMPLE = Path(__file__).resolve().parents[2] / "conformance" / "vectors" / "clr-2.0-sample-transcript.json"


def part_of(award, sealed):
    return AwardPart(
        id=award.id,
        micro_credential=award.micro_credential,
        awarded=award.awarded,
        results=award.results,
        digest=hashlib.sha256(sealed).hexdigest(),
        sealed=base64.b64encode(sealed).decode(),
    )


@pytest.fixture
def larger(make_award):
    """A larger award of a badge (with spaces in its JSON), a badge in compact JSON, a wallet credential, a seal."""
    proof = {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod", "cryptosuite": "x"}
    parts = []
    for number, sealed in enumerate(
        (json.dumps, orjson.dumps, lambda _: b"aa.bb.cc~dd~", lambda _: b'{"payload": "x"}')
    ):
        one = make_award(
            id=f"urn:uuid:00000000-0000-4000-8000-00000000000{number}", definition={"id": f"https://x.example/{number}"}
        )
        data = sealed(open_badge.to_document(one) | {"proof": proof})
        parts.append(part_of(one, data if isinstance(data, bytes) else data.encode()))
    return make_award(definition={"id": "https://x.example/larger"}, parts=tuple(parts))


@pytest.fixture
def document(larger):
    badge = open_badge.to_document(clr.without_sealed(larger))
    return orjson.loads(orjson.dumps(clr.to_document(larger, badge=badge)))


def test_the_larger_award_comes_back_with_every_sealed_byte(larger, document):
    reading = clr.from_document(document)
    assert reading.award == larger
    assert reading.not_carried == ()


def test_every_term_is_covered_by_a_seal(document):
    refuse_uncovered(document)


@pytest.mark.parametrize("change", ["id", "issuer", "association", "achievement", "foreign", "badge"])
def test_a_record_that_contradicts_itself_is_refused(document, change):
    subject = document["credentialSubject"]
    if change == "id":
        document["id"] = "urn:uuid:00000000-0000-4000-8000-0000000000ff"
    elif change == "issuer":
        document["issuer"]["id"] = "https://forger.example"
    elif change == "association":
        subject["association"].pop()
    elif change == "achievement":
        subject["achievement"][1]["id"] = "https://forger.example/mc"
    elif change == "foreign":
        subject["verifiableCredential"].append(copy.deepcopy(subject["verifiableCredential"][2]) | {"name": "Other"})
    else:
        subject["verifiableCredential"][0]["issuer"]["id"] = "https://forger.example"
    with pytest.raises(MalformedInput):
        clr.from_document(document)


def test_a_part_that_was_changed_inside_is_no_longer_that_part(document):
    inside = document["credentialSubject"]["verifiableCredential"]
    place = next(index for index, one in enumerate(inside) if one.get("id", "").endswith("1") and "proof" in one)
    inside[place]["name"] = "Something better"
    with pytest.raises(MalformedInput):
        clr.from_document(document)


def test_anybodys_learner_record_is_read_with_what_is_sealed_inside():
    reading = clr.from_document(json.loads(SAMPLE.read_text("utf-8")))
    (part,) = reading.award.parts
    assert reading.award.micro_credential.title.best("en") == "Sample Transcript"
    assert part.micro_credential.title.best("en") == "Achievement 1"
    assert json.loads(part.sealed_bytes)["proof"]
    assert reading.not_carried == ("credentialSubject.association",)
