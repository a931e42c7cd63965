"""Three credentials become a larger award; whoever checks it checks its parts; a part that was tampered with fails it."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

NAMES = ("python", "statistics", "ethics")
HOME = "https://credentials.example.org"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "data-analysis" / "micro-credential.toml"
FORMATS = {"python": "open-badge", "statistics": "sd-jwt-vc", "ethics": "elm"}
PATHWAY = f"""
id = "{HOME}/pathways/data"
title = "Data professional"
kind = "rigid"
award = "{HOME}/mc/data"
minimum_ects = 6
""" + "".join(f'\n[[parts]]\nid = "{name}"\ntitle = "{name}"\ndefinitions = ["{HOME}/mc/{name}"]\n' for name in NAMES)


def definition(name):
    """The example's definition as another micro-credential, with learning outcomes of its own."""
    text = EXAMPLE.read_text("utf-8")
    skill = hashlib.sha256(name.encode()).hexdigest()[:12]
    for old, new in (
        (f"{HOME}/micro-credentials/data-analysis", f"{HOME}/mc/{name}"),
        ("Data analysis for public services", name.capitalize()),
        ("Anailís sonraí do sheirbhísí poiblí", name.capitalize()),
        ("Develops digital content that presents data truthfully", f"Applies {name}"),
        ("Explains how bias enters a data set", f"Explains {name}"),
        ("62359c54505a", skill),
    ):
        text = text.replace(old, new)
    return text


@pytest.fixture
def stacked(issuer, tmp_path):
    """The issuer, the pathway file, and one sealed credential of each part, each in another format."""
    pathway = tmp_path / "pathway.toml"
    pathway.write_text(PATHWAY, "utf-8")
    learners = tmp_path / "one.csv"
    learners.write_text("Given name,Family name,Date of birth\nAna,Pérez,2001-05-31\n", "utf-8")
    files = []
    for name in (*NAMES, "data"):
        (tmp_path / f"{name}.toml").write_text(definition(name), "utf-8")
        if name == "data":
            continue
        issuer.run(
            "issue", learners, "--definition", tmp_path / f"{name}.toml", "--issuer", issuer.folder,
            "--out", tmp_path / name, "--format", f"open-badge,{FORMATS[name]}", "--page", "batch",
        )  # fmt: skip
        files += list((tmp_path / name / FORMATS[name]).iterdir())
    return issuer, pathway, files


def badges(tmp_path):
    return [next((tmp_path / name / "open-badge").iterdir()) for name in NAMES]


def larger(stacked, tmp_path, *files, code=0, formats="elm,open-badge,sd-jwt-vc,clr", more=("--accept-doubts",)):
    issuer, pathway, every = stacked
    return issuer.json(
        "stack", pathway, *(files or every), *issuer.trust(), "--issuer", issuer.folder, "--out", tmp_path / "larger",
        "--definition", tmp_path / "data.toml", "--format", formats, *more, code=code,
    )  # fmt: skip


def sealed(tmp_path, name):
    (file,) = (tmp_path / "larger" / name).iterdir()
    return file


def test_three_credentials_become_a_larger_award_whose_parts_are_verified(stacked, tmp_path):
    issuer, _, _ = stacked
    told = larger(stacked, tmp_path, *badges(tmp_path), formats="open-badge,clr", more=())
    assert told["complete"]
    assert told["proven"]
    assert told["doubts"] == []
    assert [one["part"] for one in told["credentials"]] == list(NAMES)
    for name in ("open-badge", "clr"):
        report = issuer.verify(sealed(tmp_path, name))
        assert report["verdict"] == "verified", report["checks"]
        assert [(one["outcome"], one["report"]["verdict"]) for one in report["parts"]] == [("passed", "verified")] * 3


def test_parts_of_every_format_travel_in_every_format_to_the_byte(stacked, tmp_path):
    issuer, _, files = stacked
    larger(stacked, tmp_path)
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    for name in ("elm", "open-badge", "sd-jwt-vc", "clr"):
        report = issuer.verify(sealed(tmp_path, name))
        assert [one["digest"] for one in report["record"]["parts"]] == digests
        assert [one["report"]["verdict"] for one in report["parts"]] == [
            "verified", "partially_verified", "partially_verified",
        ]  # fmt: skip
        assert report["verdict"] == "partially_verified"


def test_a_larger_award_is_converted_into_a_learner_record_with_its_parts(stacked, tmp_path):
    issuer, _, _ = stacked
    larger(stacked, tmp_path, formats="elm")
    record = tmp_path / "record.json"
    issuer.run("convert", sealed(tmp_path, "elm"), "--to", "clr", "--issuer", issuer.folder, "--out", record)
    report = issuer.verify(record)
    assert report["format"] == "clr"
    assert [one["outcome"] for one in report["parts"]] == ["passed", "not_checked", "not_checked"]
    again = issuer.json("convert", record, "--to", "clr", "--out", tmp_path / "unsealed.json", code=2)
    assert again["error"] == "format-needs-seal"


def test_what_is_in_doubt_is_not_issued_before_a_person_looked(stacked, tmp_path):
    assert larger(stacked, tmp_path, code=2, more=())["error"] == "stack-in-doubt"


def test_the_larger_award_is_issued_once(stacked, tmp_path):
    first = larger(stacked, tmp_path, formats="elm")["issued"]
    again = larger(stacked, tmp_path, formats="elm")["issued"]
    assert first["id"] == again["id"]
    assert (first["formats"], again["formats"]) == (["elm"], [])


def test_a_larger_award_with_a_tampered_part_fails(stacked, tmp_path):
    """The issuer of the larger award seals what it was handed; whoever verifies it finds the part that is false."""
    from credenza.adapters.carriers import open_carrier
    from credenza.cli.options import now
    from credenza.cli.sources import sources
    from credenza.document import open_badge
    from credenza.verifying.verify import verify

    issuer, _, _ = stacked
    larger(stacked, tmp_path, formats="clr,open-badge")
    brought = sources(
        offline=True,
        anchors=[issuer.folder / "public" / "test-seal-authority.pem", issuer.folder.parent / "trusted.txt"],
        published=[issuer.folder],
    )
    sound = sealed(tmp_path, "open-badge").read_bytes()
    award = open_badge.from_document(json.loads(sound)).award
    forged = award.parts[0].sealed_bytes.replace("Pérez".encode(), b"Lopez")
    part = award.parts[0].model_copy(
        update={"sealed": base64.b64encode(forged).decode(), "digest": hashlib.sha256(forged).hexdigest()}
    )
    resealed = _sealed_again(issuer, award.model_copy(update={"parts": (part, *award.parts[1:])}))
    report = verify(resealed, sources=brought, open_carrier=open_carrier, now=now())
    assert report.check("proof").outcome == "passed"
    assert report.check("parts").code == "part-failed"
    assert report.verdict.value == "failed"
    altered = award.model_copy(update={"parts": (part.model_copy(update={"digest": award.parts[0].digest}),)})
    report = verify(_sealed_again(issuer, altered), sources=brought, open_carrier=open_carrier, now=now())
    assert report.check("parts").code == "part-altered"


def _sealed_again(issuer, award):
    from credenza.adapters import issuer_folder
    from credenza.cli.issuing import make_sealer
    from credenza.issuing.awards import IssuingPlan

    opened = issuer_folder.load(issuer.folder, passphrase=None)
    plan = IssuingPlan(award.micro_credential, award.issuer, ("open-badge",), opened.base_url, award.issued)
    (made,) = make_sealer(issuer.folder, plan, "batch")([(award, ("open-badge",))])
    return made["open-badge"]


def test_an_embedded_part_of_a_learner_record_cannot_be_changed(stacked, tmp_path):
    issuer, _, _ = stacked
    larger(stacked, tmp_path, formats="clr")
    file = tmp_path / "forged.json"
    file.write_text(sealed(tmp_path, "clr").read_text("utf-8").replace("Applies python", "Applies magic"), "utf-8")
    assert issuer.verify(file, code=1)["verdict"] == "failed"


def test_a_revoked_part_does_not_count_and_fails_the_larger_award_that_has_it_inside(stacked, tmp_path):
    issuer, _, files = stacked
    larger(stacked, tmp_path, formats="elm")
    python = issuer.verify(files[0])["record"]["id"]
    issuer.run("revoke", python, "--issuer", issuer.folder)
    report = issuer.verify(sealed(tmp_path, "elm"), code=1)
    assert report["verdict"] == "failed"
    assert next(one["code"] for one in report["checks"] if one["name"] == "parts") == "part-failed"
    told = issuer.json("stack", stacked[1], *files, *issuer.trust(), code=1)
    assert not told["complete"]
    assert [one["code"] for one in told["refused"]] == ["credential-not-verified"]


def test_what_is_missing_is_said_with_who_offers_it(stacked, tmp_path):
    issuer, pathway, files = stacked
    told = issuer.json("stack", pathway, *files[:2], *issuer.trust(), "--catalogue", tmp_path / "ethics.toml", code=1)
    (missing,) = [one for one in told["parts"] if not one["complete"]]
    assert missing["offers"] == [f"{HOME}/mc/ethics"]
    assert "‘Data professional’ is not complete yet: 2 of 3 parts, 4 ECTS." in told["sentences"]
    shown = issuer.run("stack", pathway, *files[:2], *issuer.trust(), code=1)
    assert "Nothing fills" in shown


def test_a_credential_of_another_person_is_refused(stacked, tmp_path):
    issuer, pathway, files = stacked
    learners = tmp_path / "other.csv"
    learners.write_text("Given name,Family name,Date of birth\nBen,Byrne,1999-01-01\n", "utf-8")
    issuer.run(
        "issue", learners, "--definition", tmp_path / "ethics.toml", "--issuer", issuer.folder,
        "--out", tmp_path / "other", "--format", "open-badge",
    )  # fmt: skip
    (other,) = (tmp_path / "other" / "open-badge").iterdir()
    error = issuer.json("stack", pathway, *files, other, *issuer.trust(), code=2)
    assert error["error"] == "credentials-of-different-persons"


def test_a_pathway_is_checked_before_anybody_sets_out(stacked, tmp_path):
    issuer, pathway, _ = stacked
    files = [option for name in NAMES for option in ("--catalogue", tmp_path / f"{name}.toml")]
    assert issuer.json("stack", pathway, *files)["can_be_completed"]
    told = issuer.json("stack", pathway, *files[:4], code=1)
    assert {one["code"] for one in told["obstacles"]} == {"part-not-offered", "ects-out-of-reach"}
