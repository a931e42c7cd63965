"""The main job, start to end, with the real command: issue a class list in every format, verify, show, refuse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "data-analysis"
BUILD = ROOT / "build" / "demo"
COMMAND = Path(sys.executable).with_name("credenza")
FORMATS = "elm,open-badge,sd-jwt-vc,pdf,badge-png,badge-svg"


def run(*arguments: object, expect: tuple[int, ...] = (0,), quiet: bool = False) -> str:
    """Run the command as a user would; an unexpected exit code ends the demonstration."""
    shown = " ".join(str(one).replace(f"{ROOT}/", "") for one in arguments)
    print(f"\n\033[1m$ credenza {shown if len(shown) < 200 else shown[:190] + ' ...'}\033[0m", flush=True)
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)
    if not quiet:
        print(done.stdout + done.stderr, end="")
    if done.returncode not in expect:
        print(done.stdout + done.stderr)
        sys.exit(f"credenza ended with exit code {done.returncode}, which was not expected.")
    return done.stdout


def main() -> None:
    os.environ.setdefault("COLUMNS", "110")
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    issuer, out = BUILD / "issuer", BUILD / "credentials"
    definition = EXAMPLE / "micro-credential.toml"
    started = time.monotonic()

    run("init", issuer, "--organisation", EXAMPLE / "organisation.toml", "--url", "https://credentials.example.org")
    run("check", definition, "--issuer", issuer)
    run("template", definition, "--issuer", issuer, "--out", BUILD / "class-list.xlsx")
    issue = ("issue", EXAMPLE / "class-list.csv", "--definition", definition, "--issuer", issuer, "--out", out)
    run(*issue, "--format", FORMATS)
    print("\nThe same command again issues nothing twice:")
    run(*issue, "--format", FORMATS)

    trust = (
        "--published",
        issuer,
        "--anchors",
        issuer / "public" / "test-seal-authority.pem",
        "--anchors",
        BUILD / "trusted.txt",
    )
    (BUILD / "trusted.txt").write_text("did:web:credentials.example.org\n", "utf-8")
    files = sorted(file for file in out.rglob("*") if file.is_file())
    reports = json.loads(run("verify", *files, *trust, "--offline", "--json", quiet=True))
    verdicts = [report.get("verdict") for report in reports]
    print(
        f"{len(files)} files: {verdicts.count('verified')} verified, {verdicts.count('partially_verified')} partially"
        f" (their seal is a test seal), {len(files) - sum(v in ('verified', 'partially_verified') for v in verdicts)} failed."
    )
    if "failed" in verdicts or None in verdicts:
        sys.exit("Not every file could be verified.")

    sample = sorted((out / "elm").iterdir())[0]
    run("verify", sample, sorted((out / "open-badge").iterdir())[0], *trust, "--offline")
    run("show", sample, "--lang", "de")
    print("\nA forger changes one grade:")
    forged = BUILD / "forged.jsonld"
    forged.write_text(sample.read_text("utf-8").replace("Pass", "Pass with highest honours", 1), "utf-8")
    run("verify", forged, *trust, "--offline", expect=(1,))
    print("\nThe issuer revokes one:")
    run("revoke", sample, "--issuer", issuer)
    run("verify", sample, *trust, "--offline", expect=(1,))

    print(f"\nDone in {time.monotonic() - started:.0f} s. Look at what was made:")
    for folder in sorted(out.iterdir()):
        print(f"  {folder.relative_to(ROOT)}/  {len(list(folder.iterdir()))} files")
    print("  The seal is a TEST SEAL: nothing here is qualified, and the university is made up.")


if __name__ == "__main__":
    main()
