"""An employer checks files: what stands is told, what was changed is refused, what could not be checked is said."""

import contextlib
import io
import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from credenza.adapters.carriers import open_carrier
from credenza.cli.options import now
from credenza.cli.sources import sources
from credenza.errors import CredenzaError
from credenza.holding import disclose
from credenza.verifying.kinds import kind_of
from credenza.verifying.verify import verify


def outcome(report, name):
    return next((one["outcome"], one["code"]) for one in report["checks"] if one["name"] == name)


@pytest.mark.parametrize("name", ["elm", "open-badge", "sd-jwt-vc"])
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_change_of_one_bit_is_refused(issued, name, data):
    file = issued.files(name)[0]
    sealed = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    trust = [issued.folder / "public" / "test-seal-authority.pem"]
    brought = sources(offline=True, anchors=trust, published=[issued.folder])
    try:
        report = verify(bytes(sealed), sources=brought, open_carrier=open_carrier, now=now())
    except CredenzaError:
        return
    assert report.verdict.value == "failed", (place, bytes(sealed[max(0, place - 30) : place + 30]))


@pytest.mark.parametrize("name", ["pdf", "badge-png", "badge-svg"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_change_of_one_bit_of_a_carrier_is_refused_or_leaves_the_sealed_credential_as_it_was(issued, name, data):
    whole = issued.files(name)[0].read_bytes()
    kind, _ = kind_of(whole)
    credential = open_carrier(kind, whole)
    changed = bytearray(whole)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    brought = sources(offline=True, published=[issued.folder])
    try:
        report = verify(bytes(changed), sources=brought, open_carrier=open_carrier, now=now())
    except CredenzaError:
        return
    assert report.verdict.value == "failed" or open_carrier(kind, bytes(changed)) == credential, place


@pytest.mark.parametrize("name", ["pdf", "badge-png", "badge-svg"])
def test_who_checks_a_carrier_is_told_that_only_the_credential_in_it_is_sealed(issued, name):
    assert outcome(issued.verify(issued.files(name)[0]), "format") == ("passed", "format-carrier")
    assert outcome(issued.verify(issued.files("elm")[0]), "format") == ("passed", "format-good")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_file_makes_it_stumble(data):
    with contextlib.suppress(CredenzaError):
        verify(data, sources=sources(offline=True), open_carrier=open_carrier, now=now())


def test_a_changed_grade_is_refused_with_the_reason(issued, tmp_path):
    forged = tmp_path / "forged.jsonld"
    forged.write_text(issued.files("elm")[0].read_text("utf-8").replace("Pass", "Fail"), "utf-8")
    report = issued.verify(forged, code=1)
    assert outcome(report, "proof") == ("failed", "jws-signature-invalid")


def test_without_the_network_the_status_is_not_checked(issued):
    report = issued.verify(issued.files("sd-jwt-vc")[0], "--offline")
    assert outcome(report, "status") == ("not_checked", "offline")
    assert report["verdict"] == "partially_verified"


def test_without_anchors_the_issuer_is_not_confirmed(issued):
    report = issued.verify(issued.files("elm")[0], "--offline")
    assert outcome(report, "issuer")[0] in ("failed", "not_checked")


def test_a_key_that_cannot_be_fetched_is_not_checked(issued):
    report = issued.verify(issued.files("open-badge")[0], "--offline")
    assert outcome(report, "proof") == ("not_checked", "offline")
    assert report["verdict"] == "partially_verified"


def test_a_key_of_another_than_the_issuer_needs_no_fetching_to_be_refused(issued, tmp_path):
    badge = json.loads(issued.files("open-badge")[0].read_bytes())
    proofs = badge["proof"] if isinstance(badge["proof"], list) else [badge["proof"]]
    proofs[0]["verificationMethod"] = "did:web:elsewhere.example#key-1"
    file = tmp_path / "badge.json"
    file.write_text(json.dumps(badge), "utf-8")
    report = issued.verify(file, "--offline", code=1)
    assert outcome(report, "proof") == ("failed", "issuer-key-mismatch")


def test_a_mark_that_editors_put_before_the_text_hides_no_credential(issued, tmp_path):
    file = tmp_path / "badge.json"
    file.write_bytes(b"\xef\xbb\xbf" + issued.files("open-badge")[0].read_bytes())
    assert outcome(issued.verify(file), "proof")[0] == "passed"


def test_a_stranger_who_calls_herself_the_university_is_refused(issued, tmp_path):
    from credenza.keys import signer
    from credenza.proof.data_integrity import add_proof
    from credenza.trust import did

    key = signer.generate("Ed25519", key_id="x")
    identifier = did.from_public_key(key.public_key)
    badge = json.loads(issued.files("open-badge")[0].read_text("utf-8"))
    badge.pop("proof")
    text = json.dumps(badge).replace("did:web:credentials.example.org", identifier)
    made = add_proof(
        json.loads(text),
        key,
        cryptosuite="eddsa-rdfc-2022",
        verification_method=did.resolve(identifier)[0].id,
        proof_purpose="assertionMethod",
        created=now(),
    )
    file = tmp_path / "stranger.json"
    file.write_text(json.dumps(made), "utf-8")
    report = issued.verify(file, code=1)
    assert outcome(report, "proof")[0] == "passed"
    assert outcome(report, "issuer") == ("failed", "issuer-self-asserted")


@pytest.mark.parametrize(
    ("claims_number", "expected"),
    [(True, ("failed", "issuer-certificate-mismatch")), (False, ("warning", "issuer-name-differs"))],
)
def test_a_seal_of_another_body_is_noticed(issued, tmp_path, claims_number, expected):
    other = type(issued)(tmp_path)
    other.run(
        "init",
        other.folder,
        "--name",
        "Other College",
        "--identifier",
        "vat=IE7777777X",
        "--url",
        "https://credentials.example.org",
    )
    stolen = other.folder / "organisation.toml"
    text = (issued.folder / "organisation.toml").read_text("utf-8")
    stolen.write_text(text + 'eidas = "VATIE-0000000X"\n' if claims_number else text, "utf-8")
    other.issue("elm")
    authority = other.folder / "public" / "test-seal-authority.pem"
    report = other.verify(other.files("elm")[0], "--offline", "--anchors", authority, code=int(claims_number))
    assert report["verdict"] != "verified"
    assert outcome(report, "issuer") == expected


def test_revoked_suspended_and_reinstated_are_seen_in_every_format(issuer):
    issuer.issue()
    first, second = (issuer.verify(file)["record"]["id"] for file in issuer.files("sd-jwt-vc")[:2])
    issuer.run("revoke", first, "--issuer", issuer.folder)
    issuer.run("suspend", second, "--issuer", issuer.folder)
    seen = {}
    for name in ("elm", "open-badge", "sd-jwt-vc"):
        for file in issuer.files(name):
            report = json.loads(_any(issuer, file))
            seen.setdefault(report["record"]["id"], set()).add(outcome(report, "status")[1])
    assert seen[first] == {"status-revoked"}
    assert seen[second] == {"status-suspended"}
    issuer.run("reinstate", second, "--issuer", issuer.folder)
    assert outcome(issuer.verify(issuer.files("sd-jwt-vc")[1]), "status")[1] == "status-active"
    assert issuer.json("reinstate", first, "--issuer", issuer.folder, code=2)["error"] == "credential-revoked"


def _any(issuer, file):
    import subprocess
    import sys

    command = [sys.executable, "-c", "from credenza.cli.main import run; run()", "verify", str(file), "--json"]
    return subprocess.run([*command, *map(str, issuer.trust())], capture_output=True, text=True, check=False).stdout


def test_an_old_key_still_verifies_what_it_signed(issuer):
    issuer.issue("open-badge")
    issuer.run("keys", "rotate", issuer.folder)
    issuer.run("status", "publish", "--issuer", issuer.folder)
    assert issuer.verify(issuer.files("open-badge")[0])["verdict"] == "verified"
    issuer.list.write_text("Given name,Family name,Date of birth\nNew,Learner,1999-01-01\n", "utf-8")
    issuer.issue("open-badge")
    assert all(issuer.verify(file)["verdict"] == "verified" for file in issuer.files("open-badge"))
    assert any("proof-2" in file.read_text("utf-8") for file in issuer.files("open-badge"))


def test_a_file_that_is_no_credential_is_unreadable(issued, tmp_path):
    for content in (
        b"",
        b"hello",
        b"{}",
        b'{"a":1,"a":2}',
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"<svg/>",
        b'{"type":{}}',
        b'{"type":[[]]}',
    ):
        file = tmp_path / "file"
        file.write_bytes(content)
        assert "error" in issued.json("verify", file, "--offline", code=2)


def test_what_was_learned_is_told_in_the_readers_language_and_framework(issued):
    told = issued.json("show", issued.files("sd-jwt-vc")[0], "--lang", "de")
    lines = {one["element"]: one["values"] for one in told["lines"]}
    assert "EQR: Niveau 6" in lines["level"]
    assert any("DQR Level 6" in one for one in lines["level"])
    assert lines["workload"] == ["2 ECTS = 50 Stunden"]


def test_what_a_holder_hides_is_not_held_against_the_standard(issued, tmp_path):
    whole = issued.files("sd-jwt-vc")[0]
    part = tmp_path / "part.sd-jwt"
    part.write_text(disclose(whole.read_text().strip(), ["title", "awarding_body"]))
    assert outcome(issued.verify(part, "--offline"), "standard") == ("not_checked", "annex-i-withheld")
    assert outcome(issued.verify(whole, "--offline"), "standard")[0] in ("passed", "warning")


@pytest.mark.parametrize("to", ["elm", "open-badge", "sd-jwt-vc"])
def test_a_conversion_is_not_sealed_unless_the_issuer_seals_it(issued, tmp_path, to):
    source = issued.files("sd-jwt-vc")[0]
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    assert not issued.json("convert", source, "--to", to, "--out", plain)["sealed"]
    assert issued.json("convert", source, "--to", to, "--out", sealed, "--issuer", issued.folder)["sealed"]
    assert issued.verify(sealed)["verdict"] != "failed"
    if to != "sd-jwt-vc":
        assert issued.verify(plain, code=1)["verdict"] == "failed"


def test_a_conversion_that_is_printed_is_whole(issued):
    source, seal = issued.files("sd-jwt-vc")[0], ("--issuer", issued.folder)
    assert json.loads(issued.json("convert", source, "--to", "elm")["text"])["type"]
    assert b64decode(issued.json("convert", source, "--to", "pdf", *seal)["base64"]).startswith(b"%PDF")
    printed = subprocess.run(
        [Path(sys.executable).with_name("credenza"), "convert", source, "--to", "badge-png", *seal],
        capture_output=True,
        check=True,
    )
    assert Image.open(io.BytesIO(printed.stdout)).size[0] > 100


def test_the_credential_is_taken_out_of_a_certificate(issued, tmp_path):
    out = tmp_path / "credential.jsonld"
    issued.run("convert", issued.files("pdf")[0], "--to", "credential", "--out", out)
    assert out.read_bytes() in [file.read_bytes() for file in issued.files("elm")]


def test_a_credential_meets_the_standard_and_a_bare_one_does_not(issued, tmp_path):
    assert issued.json("check", issued.files("open-badge")[0])["meets_standard"]
    badge = json.loads(issued.files("open-badge")[0].read_text("utf-8"))
    del badge["microCredential"]
    file = tmp_path / "bare.json"
    file.write_text(json.dumps(badge), "utf-8")
    found = issued.json("check", file, code=1)
    assert {"quality-assurance-missing", "participation-missing"} <= {one["code"] for one in found["findings"]}


def test_a_wallet_credential_that_lost_its_last_tilde_is_refused(issued, tmp_path):
    file = tmp_path / "cut.sd-jwt"
    file.write_bytes(issued.files("sd-jwt-vc")[0].read_bytes().rstrip(b"~") + b"z")
    assert outcome(issued.verify(file, code=1), "format") == ("failed", "sd-jwt-malformed")
