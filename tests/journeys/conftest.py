"""A real issuer in a folder, made and used by the real command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "data-analysis"
COMMAND = Path(sys.executable).with_name("credenza")
LEARNERS = """Given name,Family name,Date of birth,Grade,DID
Μαρία,Παπαδοπούλου,1995-11-23,Pass,
محمد,الحسن,1996-04-18,Pass,did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
Zoë,O’Brien,2001-01-01,Fail,
"""


class Issuer:
    """The command and the folders of one issuer."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder / "issuer", folder / "out"
        self.list = folder / "class-list.csv"
        self.list.write_text(LEARNERS, "utf-8")

    def run(self, *arguments, code=0, env=None):
        done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, env=env)
        assert code in (None, done.returncode), f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments, code=0):
        return json.loads(self.run(*arguments, "--json", code=code))

    def init(self):
        url = "https://credentials.example.org"
        return self.json("init", self.folder, "--organisation", EXAMPLE / "organisation.toml", "--url", url)

    def issue(self, formats="elm,open-badge,sd-jwt-vc", code=0, class_list=None, more=()):
        return self.json(
            "issue", class_list or self.list, "--definition", EXAMPLE / "micro-credential.toml", "--issuer", self.folder,
            "--out", self.out, "--format", formats, "--page", "batch", *more, code=code,
        )  # fmt: skip

    def trust(self):
        trusted = self.folder.parent / "trusted.txt"
        trusted.write_text("did:web:credentials.example.org\n", "utf-8")
        authority = self.folder / "public" / "test-seal-authority.pem"
        return ("--offline", "--published", self.folder, "--anchors", authority, "--anchors", trusted)

    def verify(self, file, *more, code=0):
        return self.json("verify", file, *(more or self.trust()), code=code)

    def files(self, name):
        return sorted((self.out / name).iterdir())


@pytest.fixture
def issuer(tmp_path) -> Issuer:
    made = Issuer(tmp_path)
    made.init()
    return made


@pytest.fixture(scope="session")
def issued(tmp_path_factory) -> Issuer:
    """An issuer whose three learners have everything in every format; tests must not change it."""
    made = Issuer(tmp_path_factory.mktemp("issued"))
    made.init()
    made.issue("elm,open-badge,sd-jwt-vc,pdf,badge-png,badge-svg")
    return made
