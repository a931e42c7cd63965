"""What cannot be done is refused with a stable code and one sentence, and leaves everything as it was."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from credenza.adapters import test_seal

DEFINITION = "micro-credential.toml"


def _issue(issued, *more, code=2):
    where = ("--definition", issued.folder / DEFINITION, "--issuer", issued.folder, "--out", issued.out)
    return issued.json("issue", issued.list, *where, *more, code=code)["error"]


def test_formats_and_pages_that_do_not_exist_are_refused(issued):
    assert _issue(issued, "--format", "elm,word") == "format-unknown"
    assert _issue(issued, "--format", ",") == "format-unknown"
    assert _issue(issued, "--page", "book") == "option-invalid"


def test_a_folder_that_is_no_issuers_is_named(issued, tmp_path):
    definition = issued.folder / DEFINITION
    where = ("--definition", definition, "--issuer", tmp_path, "--out", tmp_path / "o")
    assert issued.json("issue", issued.list, *where, code=2)["error"] == "issuer-missing"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--url", "http://plain.example"), "address-invalid"),
        (("--url", "https://user@uni.example"), "address-invalid"),
        (("--identifier", "nothing"), "option-invalid"),
    ],
)
def test_an_issuer_needs_an_address_and_an_identifier(issued, tmp_path, options, code):
    assert issued.json("init", tmp_path / "new", *options, code=2)["error"] == code


def test_an_issuer_is_never_made_over_another(issued):
    before = (issued.folder / "settings.toml").read_bytes()
    assert issued.json("init", issued.folder, code=2)["error"] == "issuer-exists"
    assert (issued.folder / "settings.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [("base_url = ", "settings-invalid"), ('base_url = "https://a.example"', "settings-invalid")],
)
def test_settings_that_lack_something_are_told(issuer, text, code):
    (issuer.folder / "settings.toml").write_text(text, "utf-8")
    assert issuer.json("status", "publish", "--issuer", issuer.folder, code=2)["error"] == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("logo.png", b"x" * 200_001, "logo-too-large"),
        ("logo.exe", b"x", "logo-unreadable"),
        ("../outside.png", b"x", "logo-unreadable"),
        ("none.png", None, "logo-unreadable"),
    ],
)
def test_a_logo_is_a_small_picture_in_the_issuers_folder(issuer, name, content, code):
    if content is not None:
        (issuer.folder / name).write_bytes(content)
    file = issuer.folder / "organisation.toml"
    file.write_text(f"logo = {json.dumps(name)}\n" + file.read_text("utf-8"), "utf-8")
    assert issuer.json("status", "publish", "--issuer", issuer.folder, code=2)["error"] == code


def test_a_definition_that_is_no_toml_and_a_list_without_its_definition_are_told(issued, tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text("title = [", "utf-8")
    assert issued.json("check", broken, "--issuer", issued.folder, code=2)["error"] == "toml-invalid"
    assert issued.json("check", issued.list, code=2)["error"] == "definition-missing"


def test_anchors_are_certificates_or_ids(issued, tmp_path):
    nonsense = tmp_path / "anchors.txt"
    nonsense.write_text("trust me", "utf-8")
    told = issued.json("verify", issued.files("elm")[0], "--anchors", nonsense, code=2)
    assert told["error"] == "anchors-unreadable"


def test_nobody_seals_the_credential_of_another(issued, tmp_path):
    other = type(issued)(tmp_path)
    other.run("init", other.folder, "--name", "Other College", "--url", "https://other.example")
    source = issued.files("elm")[0]
    told = other.json(
        "convert", source, "--to", "open-badge", "--out", tmp_path / "x", "--issuer", other.folder, code=2
    )
    assert told["error"] == "issuer-foreign"
    assert not (tmp_path / "x").exists()
    told = other.json("convert", source, "--to", "pdf", "--out", tmp_path / "x", code=2)
    assert told["error"] == "format-needs-seal"


@pytest.mark.parametrize("name", ["elm", "open-badge", "sd-jwt-vc"])
def test_an_issuer_never_puts_its_seal_on_what_somebody_changed(issued, tmp_path, name):
    forged, out = tmp_path / "forged", tmp_path / "out"
    content = issued.files(name)[0].read_bytes()
    if name == "sd-jwt-vc":  # what was a disclosure of the issuer's is now of somebody else's making
        first, *others = content.decode().split("~")
        content = "~".join([first, "WyJzYWx0IiwiZ3JhZGUiLCJBIl0", *others]).encode()
    forged.write_bytes(content.replace(b"Pass", b"Best"))
    told = issued.json("convert", forged, "--to", "open-badge", "--issuer", issued.folder, "--out", out, code=2)
    assert told["error"] in ("conversion-not-proven", "sd-jwt-disclosure-unused")
    assert not out.exists()


def test_an_issuer_never_puts_its_seal_on_what_nobody_sealed_or_it_has_withdrawn(issuer, tmp_path):
    issuer.issue()
    source, plain, out = issuer.files("elm")[0], tmp_path / "plain", tmp_path / "anew"
    issuer.run("convert", source, "--to", "elm", "--out", plain)
    seal = ("--to", "open-badge", "--issuer", issuer.folder, "--out", out)
    assert issuer.json("convert", plain, *seal, code=2)["error"] == "conversion-not-proven"
    issuer.run("revoke", source, "--issuer", issuer.folder)
    issuer.run("status", "publish", "--issuer", issuer.folder)
    assert issuer.json("convert", source, *seal, code=2)["error"] == "conversion-not-proven"
    assert not out.exists()


def test_a_language_that_the_union_does_not_use_is_told(issued):
    assert issued.json("show", issued.files("elm")[0], "--lang", "tlh", code=2)["error"] == "language-unknown"


def test_an_encrypted_certificate_is_not_opened(issued, tmp_path):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(issued.files("pdf")[0].read_bytes()))
    writer.encrypt("secret", algorithm="RC4-128")
    file = tmp_path / "closed.pdf"
    writer.write(file)
    assert issued.json("verify", file, "--offline", code=2)["error"] == "carrier-encrypted"


def test_a_seal_that_has_expired_is_not_taken(issuer, tmp_path):
    now = datetime.now(UTC)
    made = test_seal.make(
        organization="Example University of Cork", organization_identifier="VATIE-0000000X", country="IE",
        valid_from=now - timedelta(days=9), valid_until=now - timedelta(days=1),
    )  # fmt: skip
    file = tmp_path / "old.p12"
    file.write_bytes(made.to_pkcs12("secret"))
    file.chmod(0o600)
    import os

    env = {**os.environ, "CREDENZA_SEAL_PASSWORD": "secret"}
    told = json.loads(issuer.run("keys", "seal", issuer.folder, file, "--json", code=2, env=env))
    assert told["error"] == "seal-expired"
    assert issuer.issue("elm")["issued"] == 3


def test_a_key_that_the_named_issuer_does_not_own_proves_another_issuer(issued, tmp_path):
    """The badge is signed by the issuer's key, and names somebody else: the seal breaks, whoever is named."""
    badge = json.loads(issued.files("open-badge")[0].read_text("utf-8"))
    badge["issuer"]["id"] = "did:web:famous.example"
    file = tmp_path / "named.json"
    file.write_text(json.dumps(badge), "utf-8")
    assert issued.verify(file, code=1)["verdict"] == "failed"


def test_a_web_address_alone_is_not_yet_the_organisation(issued):
    report = issued.verify(issued.files("open-badge")[0], "--offline", "--published", issued.folder)
    check = next(one for one in report["checks"] if one["name"] == "issuer")
    assert (check["outcome"], check["code"]) == ("warning", "issuer-domain-only")
    assert report["verdict"] == "partially_verified"
