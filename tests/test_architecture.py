"""The house stays as it is drawn: floors, sizes, names; nothing copied, no registry's address, a light start."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "credenza"
HEAVY = ("pydantic", "cryptography", "typst", "openpyxl", "lxml", "pyoxigraph", "httpx", "orjson")


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is not a git checkout, so what is tracked is not known")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_a_file_imports_only_from_lower_floors():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_source_file_is_longer_than_300_lines():
    long = {
        file.name: count for file in SOURCE.rglob("*.py") if (count := len(file.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


def test_no_room_is_a_drawer():
    drawers = {"utils", "helpers", "common", "manager", "base", "_utils"}
    prescribed = {SOURCE / "service" / "postgresql" / "base.py"}  # so Django finds a database backend
    assert {file for file in SOURCE.rglob("*.py") if file.stem in drawers} <= prescribed


def test_no_file_holds_the_address_of_a_registry():
    hosts = ["pypi" + ".org", "registry.npm" + "js.org", "files.python" + "hosted.org"]
    pattern = re.compile("|".join(map(re.escape, hosts)) + '|"resol' + 'ved":')
    found = [
        file
        for file in tracked()
        if file.suffix not in (".png", ".xlsx") and pattern.search(file.read_text("utf-8", "replace"))
    ]
    assert found == []


def test_no_official_file_is_copied(shared_data):
    official = {hashlib.sha256(file.read_bytes()).hexdigest() for file in shared_data.rglob("*") if file.is_file()}
    assert [file for file in tracked() if hashlib.sha256(file.read_bytes()).hexdigest() in official] == []


def test_asking_for_help_loads_nothing_heavy():
    code = f"import sys, credenza.cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
