"""A micro-credential travels as an ELMO transcript between institutions, and nothing of it is lost or forged."""

import importlib.util
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from credenza.document import elmo
from credenza.encoding import strict_xml
from credenza.keys import SoftwareSigner
from credenza.proof.xml_signature import sign_enveloped

_spec = importlib.util.spec_from_file_location(
    "elmo_schemas", Path(__file__).parents[1] / "unit" / "document" / "elmo" / "conftest.py"
)
schemas = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(schemas)


@pytest.fixture
def elmo_schema(shared_data):
    return schemas.official_schema(shared_data, "1.7.0")


@pytest.fixture(scope="module")
def sender():
    return SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "sender")


@pytest.fixture
def key_file(tmp_path, sender):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    file = tmp_path / "sender.pem"
    file.write_bytes(sender.private_key.public_key().public_bytes(serialization.Encoding.PEM, form))
    return file


@pytest.fixture
def transcript(issued, tmp_path):
    file = tmp_path / "transcript.xml"
    issued.run("convert", issued.files("open-badge")[0], "--to", "elmo", "--out", file)
    return file


def test_a_sealed_badge_becomes_a_transcript_that_carries_it(issued, transcript, tmp_path, elmo_schema):
    badge = issued.files("open-badge")[0]
    elmo_schema.assertValid(strict_xml.parse(transcript.read_bytes()))
    taken = tmp_path / "taken.json"
    issued.run("convert", transcript, "--to", "credential", "--out", taken)
    assert taken.read_bytes() == badge.read_bytes()
    assert issued.verify(taken)["verdict"] == "verified"
    records = [json.loads(issued.run("convert", file, "--to", "record")) for file in (badge, transcript)]
    assert records[0] == records[1]
    issued.run("convert", transcript, "--to", "sd-jwt-vc", "--out", tmp_path / "claims.json")


def test_a_signed_transcript_is_verified_by_the_senders_key_or_the_registry(
    issued, transcript, sender, key_file, tmp_path
):
    unsigned = issued.verify(transcript, "--offline", "--senders", key_file, code=1)
    assert {one["name"]: one["code"] for one in unsigned["checks"]}["proof"] == "proof-missing"
    signed = tmp_path / "signed.xml"
    signed.write_bytes(sign_enveloped(strict_xml.parse(transcript.read_bytes()), sender))
    registry = tmp_path / "emreg.json"
    provider = {
        "acronym": "EX",
        "countryCode": "FI",
        "institutions": [],
        "url": "https://emp.example",
        "pubKey": key_file.read_text(),
    }
    registry.write_text(json.dumps({"countries": [], "emps": [provider]}))
    for brought in (key_file, registry):
        report = issued.verify(signed, "--offline", "--senders", brought)
        assert report["format"] == "elmo"
        assert report["verdict"] == "partially_verified"
        assert {one["name"]: one["code"] for one in report["checks"]}["proof"] == "elmo-signed"
    assert {one["name"]: one["outcome"] for one in issued.verify(signed, "--offline")["checks"]}[
        "proof"
    ] == "not_checked"
    forged = tmp_path / "forged.xml"
    forged.write_bytes(signed.read_bytes().replace(b"<value>", b"<value>1", 1))
    report = issued.verify(forged, "--offline", "--senders", key_file, code=1)
    assert report["verdict"] == "failed"


def test_one_of_several_awards_is_taken_out(issued, tmp_path, make_award):
    both = [make_award(id=f"urn:uuid:00000000-0000-4000-8000-00000000000{number}") for number in (1, 2)]
    file = tmp_path / "wallet.xml"
    file.write_bytes(elmo.to_bytes(elmo.to_transcript(both, generated=both[0].issued)))
    found = json.loads(issued.run("convert", file, "--to", "record", "--take", "2"))
    assert found["id"] == both[1].id
    report = issued.verify(file, "--offline", code=1)
    assert {one["name"]: one["code"] for one in report["checks"]}["format"] == "elmo-several-awards"
    told = issued.json("convert", file, "--to", "record", "--take", "3", code=2)
    assert told["error"] == "elmo-no-such-award"


def test_a_wallet_is_one_transcript_with_every_seal_of_an_award(issued, tmp_path, elmo_schema):
    formats = [issued.files(name)[0] for name in ("open-badge", "sd-jwt-vc", "pdf")]
    told = issued.json("convert", *formats, "--to", "elmo", "--out", tmp_path / "wallet.xml")
    assert told["sealed"] is False
    data = (tmp_path / "wallet.xml").read_bytes()
    elmo_schema.assertValid(strict_xml.parse(data))
    (entry,) = elmo.from_bytes(data).entries
    assert [one.content for one in entry.sealed] == [file.read_bytes() for file in formats]
    others = [issued.files("open-badge")[0], issued.files("open-badge")[1]]
    assert issued.json("convert", *others, "--to", "elmo", code=2)["error"] == "elmo-several-learners"
    assert issued.json("convert", *others, "--to", "record", code=2)["error"] == "too-many-files"


def test_a_transcript_is_not_sealed_by_an_issuers_folder(issued, tmp_path):
    source = issued.files("open-badge")[0]
    told = issued.json("convert", source, "--to", "elmo", "--out", tmp_path / "x", "--issuer", issued.folder, code=2)
    assert told["error"] == "format-signed-elsewhere"
