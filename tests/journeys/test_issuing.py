"""A registrar issues a class list: every good row once, every bad row back, whatever happens in between."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import psutil
import pytest

FORMATS = ("elm", "open-badge", "sd-jwt-vc", "pdf", "badge-png", "badge-svg")


@pytest.mark.parametrize("name", FORMATS)
def test_every_learner_gets_every_format_and_it_verifies(issued, name):
    files = issued.files(name)
    assert len(files) == 3
    for file in files:
        report = issued.verify(file)
        assert report["verdict"] in ("verified", "partially_verified")
        assert {one["name"]: one["outcome"] for one in report["checks"]}["proof"] == "passed"
        assert {one["name"]: one["code"] for one in report["checks"]}["status"] == "status-active"


def test_the_test_seal_is_never_shown_as_verified(issued):
    report = issued.verify(issued.files("elm")[0])
    assert report["verdict"] == "partially_verified"
    assert next(one for one in report["checks"] if one["name"] == "issuer")["code"] == "seal-test"


def test_nothing_is_issued_twice(issuer):
    assert issuer.issue()["issued"] == 3
    before = {file: file.read_bytes() for file in issuer.files("elm")}
    again = issuer.issue()
    assert (again["issued"], again["already_issued"]) == (0, 3)
    assert {file: file.read_bytes() for file in issuer.files("elm")} == before


def test_a_format_that_was_missing_is_added_for_the_same_credential(issuer):
    issuer.issue("sd-jwt-vc")
    issuer.issue("open-badge")
    ids = {issuer.verify(file)["record"]["id"] for name in ("sd-jwt-vc", "open-badge") for file in issuer.files(name)}
    assert len(ids) == 3


def test_files_that_were_lost_are_written_again_as_the_same_credentials(issuer):
    issuer.issue("elm,sd-jwt-vc,open-badge")
    lost = {file.name: issuer.verify(file) for file in issuer.files("elm")}
    issuer.run("suspend", issuer.files("elm")[0], "--issuer", issuer.folder)
    shutil.rmtree(issuer.out)
    assert issuer.issue("elm,sd-jwt-vc,open-badge")["already_issued"] == 3
    told = issuer.issue("elm,sd-jwt-vc,open-badge", more=("--again",))
    assert (told["issued"], told["already_issued"], told["written_again"]) == (0, 0, 3)
    reports = {file.name: issuer.verify(file, code=None) for file in issuer.files("elm")}
    assert [one["record"] for one in reports.values()] == [lost[name]["record"] for name in reports]
    statuses = [check["code"] for one in reports.values() for check in one["checks"] if check["name"] == "status"]
    assert sorted(statuses) == ["status-active", "status-active", "status-suspended"]


def test_what_says_something_else_by_now_is_not_written_again_under_the_same_number(issuer, tmp_path):
    issuer.issue("sd-jwt-vc")
    definition = Path(__file__).parents[2] / "examples" / "data-analysis" / "micro-credential.toml"
    text = definition.read_text("utf-8")
    other = tmp_path / "other.toml"
    other.write_text(text.replace("ects = ", "ects = 1"), "utf-8")
    for more in (("--again",), ("--format", "open-badge")):
        told = issuer.issue("sd-jwt-vc", code=1, more=("--definition", other, *more))
        assert {one["code"] for one in told["problems"]} == {"issued-otherwise"}
    assert issuer.issue("sd-jwt-vc", more=("--again",))["written_again"] == 3


def start(issuer, rows, *more):
    """A run of the command in a process group of its own, once it has written its first credential."""
    lines = "\n".join(f"Ana {number},Díaz,1990-01-01,Pass," for number in range(rows))
    issuer.list.write_text(f"Given name,Family name,Date of birth,Grade,DID\n{lines}\n", "utf-8")
    definition = issuer.folder / "micro-credential.toml"
    where = ("--definition", definition, "--issuer", issuer.folder, "--out", issuer.out, "--format", "sd-jwt-vc", *more)
    command = [sys.executable, "-c", "from credenza.cli.main import run; run()", "issue", issuer.list, *where]
    process = psutil.Popen(
        [str(one) for one in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    folder = issuer.out / "sd-jwt-vc"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (folder.is_dir() and any(folder.iterdir())):
        time.sleep(0.005)
    return process


def issue_the_rest(issuer, rows):
    """Issue the same list again: every row once, and something was left to do."""
    told = issuer.issue("sd-jwt-vc", more=("--definition", issuer.folder / "micro-credential.toml"))
    assert told["issued"] + told["already_issued"] == rows
    assert told["issued"] > 0
    files = [file for file in issuer.files("sd-jwt-vc") if not file.name.startswith(".")]
    assert len(files) == rows


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_killed_goes_on_where_it_stopped(issuer, workers):
    process = start(issuer, 3000, "--workers", workers)
    at_work = process.children()
    assert len(at_work) == (workers if workers > 1 else 0)
    process.kill()
    process.communicate()
    assert psutil.wait_procs(at_work, timeout=60)[1] == []
    issue_the_rest(issuer, 3000)


def test_a_worker_that_is_killed_ends_the_run_which_then_goes_on(issuer):
    process = start(issuer, 3000, "--workers", 2, "--json")
    process.children()[0].kill()
    out, complaint = process.communicate(timeout=60)
    assert json.loads(out)["error"] == "worker-died"
    assert (process.returncode, complaint) == (2, "")
    issue_the_rest(issuer, 3000)


def test_an_interrupted_run_takes_its_workers_along_and_says_no_more_than_that(issuer):
    process = start(issuer, 3000, "--workers", 2)
    at_work = process.children()
    os.killpg(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in complaint
    assert not any(one.is_running() for one in at_work)
    issue_the_rest(issuer, 3000)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_keeps_a_worker_from_sealing_is_told_as_it_is_without_workers(issuer, workers):
    nowhere = ("--time-stamp", "http://127.0.0.1:9/", "--workers", workers)
    definition = ("--definition", issuer.folder / "micro-credential.toml", "--format", "elm")
    where = ("issue", issuer.list, *definition, "--issuer", issuer.folder, "--out", issuer.out)
    assert issuer.json(*where, *nowhere, code=2)["error"] == "time-stamp-authority-unreachable"


def test_bad_rows_come_back_with_what_to_mend(issuer):
    issuer.list.write_text(
        "Given name,Family name,Date of birth,Grade\nAna,Díaz,31.02.2001,A\nBo,Ek,2001-01-01,B\n=1+1,Ek,2001-01-02,B\n",
        "utf-8",
    )
    told = issuer.issue("sd-jwt-vc", code=1)
    assert (told["issued"], told["rejected"]) == (1, 2)
    sheet = openpyxl.load_workbook(told["corrections"]).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-1] == "What to mend"
    assert rows[1][:2] == ["Ana", "Díaz"]
    assert "31.02.2001" in rows[1][-1]
    assert rows[2][0] == "=1+1"
    assert sheet["A3"].data_type == "s"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_name_that_no_font_can_draw_holds_up_nobody_else(issuer, workers):
    issuer.list.write_text(
        "Given name,Family name,Date of birth\nAna,Díaz,2001-01-01\nLi,Wei\U00100000,2001-01-02\n", "utf-8"
    )
    told = issuer.issue("pdf", code=1, more=("--workers", workers))
    assert (told["issued"], told["rejected"]) == (1, 1)
    assert [(one["row"], one["where"], one["code"]) for one in told["problems"]] == [
        (3, "family_name", "glyph-missing")
    ]
    assert issuer.issue("sd-jwt-vc")["issued"] == 2


def test_a_list_without_learners_is_an_error_and_no_success(issuer):
    issuer.list.write_text("Given name,Family name,Date of birth\n,,\n", "utf-8")
    where = ("--definition", issuer.folder / "micro-credential.toml", "--issuer", issuer.folder, "--out", issuer.out)
    assert issuer.json("issue", issuer.list, *where, code=2)["error"] == "class-list-empty"


def test_all_that_is_wrong_with_the_columns_is_told_in_one_run(issuer):
    issuer.list.write_text("Famly name,Zorx,Grade\nDíaz,1,A\n", "utf-8")
    where = ("--definition", issuer.folder / "micro-credential.toml", "--issuer", issuer.folder, "--out", issuer.out)
    told = issuer.json("issue", issuer.list, *where, code=2)
    assert told["error"] == "class-list-column-unknown"
    assert [one["where"] for one in told["problems"]] == ["Famly name", "Zorx", "", ""]
    assert "birth_date" in told["problems"][3]["message"]


def test_a_name_that_cannot_be_seen_names_nobody_and_columns_are_called_as_in_the_template(issuer):
    issuer.list.write_text("Given name,Family name,Date of birth\n\u200b\u200b,\u200b,2001-01-01\n", "utf-8")
    definition = issuer.folder / "micro-credential.toml"
    told = issuer.run("check", issuer.list, "--definition", definition, code=1)
    assert "row 2 Given name(s): The learner's name is missing" in " ".join(told.split())


def test_corrected_rows_can_be_issued_from_the_corrections(issuer):
    issuer.list.write_text("Given name,Family name,Date of birth,Grade\nAna,Díaz,31.02.2001,A\n", "utf-8")
    corrections = issuer.issue("sd-jwt-vc", code=1)["corrections"]
    workbook = openpyxl.load_workbook(corrections)
    workbook.active["C2"] = "2001-02-28"
    workbook.save(corrections)
    assert issuer.issue("sd-jwt-vc", class_list=corrections)["issued"] == 1


def test_a_changed_row_is_not_issued_again(issuer):
    issuer.issue("sd-jwt-vc")
    issuer.list.write_text(issuer.list.read_text("utf-8").replace("Fail", "Pass"), "utf-8")
    told = issuer.issue("sd-jwt-vc", code=1)
    assert [one["code"] for one in told["problems"]] == ["already-issued"]


def test_two_workers_issue_the_same(issuer):
    assert issuer.issue("sd-jwt-vc,open-badge", more=("--workers", 2))["issued"] == 3
    for file in (*issuer.files("sd-jwt-vc"), *issuer.files("open-badge")):
        assert issuer.verify(file)["verdict"] != "failed"


@pytest.mark.parametrize("workers", [1, 2])
def test_what_could_not_be_written_is_not_remembered_as_issued(issuer, workers):
    issuer.out.mkdir()
    in_the_way = issuer.out / "sd-jwt-vc"
    in_the_way.write_text("a file where the folder must be", "utf-8")
    where = ("--definition", issuer.folder / "micro-credential.toml", "--issuer", issuer.folder, "--out", issuer.out)
    command = [
        Path(sys.executable).with_name("credenza"),
        "issue",
        issuer.list,
        *where,
        "--format",
        "sd-jwt-vc",
        "--workers",
        workers,
    ]
    failed = subprocess.run([str(one) for one in command], capture_output=True, check=False)
    assert failed.returncode != 0
    in_the_way.unlink()
    told = issuer.issue("sd-jwt-vc", more=("--definition", issuer.folder / "micro-credential.toml"))
    assert (told["issued"], told["already_issued"]) == (3, 0)
    assert len(issuer.files("sd-jwt-vc")) == 3


def test_a_definition_below_the_standard_is_not_issued(issuer, tmp_path):
    text = (issuer.folder / "micro-credential.toml").read_text("utf-8")
    bare = tmp_path / "bare.toml"
    bare.write_text(
        text.replace("eqf = 6", "").replace('qf_ehea = "first-cycle"', "").replace('nqf = ["IE NQF Level 7"]', "")
    )
    out = issuer.json(
        "issue", issuer.list, "--definition", bare, "--issuer", issuer.folder, "--out", issuer.out, code=2
    )
    assert out["error"] == "definition-below-standard"


def test_a_template_has_drop_downs_and_can_be_filled_in(issuer, tmp_path):
    out = tmp_path / "template.xlsx"
    issuer.run("template", issuer.folder / "micro-credential.toml", "--out", out)
    workbook = openpyxl.load_workbook(out)
    sheet = workbook["Class list"]
    assert len(sheet.data_validations.dataValidation) == 2
    heads = [cell.value for cell in sheet[1]]
    for column, value in (("Given name(s)", "Ana"), ("Family name", "Díaz"), ("Date of birth", "2001-05-31")):
        sheet.cell(2, heads.index(column) + 1, value)
    workbook.save(out)
    assert issuer.issue("sd-jwt-vc", class_list=out)["issued"] == 1


def test_an_issuer_is_never_overwritten(issuer):
    assert issuer.json("init", issuer.folder, code=2)["error"] == "issuer-exists"


def test_keys_can_be_encrypted(tmp_path, issuer):
    import os

    env = os.environ | {"CREDENZA_PASSPHRASE": "correct horse"}
    folder = tmp_path / "sealed"
    issuer.run("init", folder, "--url", "https://uni.example.org", env=env)
    assert b"ENCRYPTED" in (folder / "keys" / "proof-1.pem").read_bytes()
    assert not (folder / "keys" / "seal-password").exists()
    issuer.run("status", "publish", "--issuer", folder, env=env)
    issuer.run("status", "publish", "--issuer", folder, env=env | {"CREDENZA_PASSPHRASE": "wrong"}, code=2)
