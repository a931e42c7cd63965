"""Fuzzing of every reader of files: ``python tests/fuzz/fuzz_files.py SECONDS``. Any error without a code is a crash.

Seeds are real files of every format, issued here; each round damages one a little or a lot and hands it to the reader.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from pathlib import Path

from credenza.adapters.carriers import open_carrier
from credenza.adapters.spreadsheets import read_cells
from credenza.cli.options import now
from credenza.cli.sources import sources
from credenza.errors import CredenzaError
from credenza.record.authoring import read_micro_credential, read_organisation
from credenza.record.class_list import read_rows
from credenza.verifying.verify import verify

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "data-analysis"
TOKENS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"null",
    b"1e999",
    b"-1",
    b"\\u0000",
    b"~",
    b".",
    b"\xff",
    b"\0",
    b"http://",
    b"id",
    b"type",
    b"@context",
]


def issued(folder: Path) -> dict[str, bytes]:
    """One real file of each format."""
    command = [str(Path(sys.executable).with_name("credenza"))]
    subprocess.run(
        [*command, "init", folder / "i", "--organisation", EXAMPLE / "organisation.toml"],
        check=True,
        capture_output=True,
    )
    formats = "elm,open-badge,sd-jwt-vc,pdf,badge-png,badge-svg"
    few = folder / "few.csv"
    few.write_text("Given name,Family name,Date of birth,Grade\nZoë,Ó,2001-01-01,Pass\n", "utf-8")
    where = [
        "--definition",
        EXAMPLE / "micro-credential.toml",
        "--issuer",
        folder / "i",
        "--out",
        folder / "o",
        "--format",
        formats,
    ]
    subprocess.run([*command, "issue", few, *where], check=True, capture_output=True)
    files = {name: next((folder / "o" / name).iterdir()).read_bytes() for name in formats.split(",")}
    subprocess.run(
        [*command, "template", EXAMPLE / "micro-credential.toml", "--issuer", folder / "i", "--out", folder / "t.xlsx"],
        check=True,
        capture_output=True,
    )
    return files | {
        "xlsx": (folder / "t.xlsx").read_bytes(),
        "csv": few.read_bytes(),
        "toml": (EXAMPLE / "micro-credential.toml").read_bytes(),
    }


def damaged(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place = chance.randrange(len(out) + 1)
        kind = chance.randrange(5)
        if kind == 0 and out:
            out[min(place, len(out) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[place:place] = chance.choice(TOKENS)
        elif kind == 2:
            del out[place : place + chance.choice([1, 4, 64, 4096])]
        elif kind == 3:
            end = place + chance.choice([4, 64, 1024])
            out[place:place] = out[place:end]
        elif out:
            out[place : place + 1] = bytes([chance.randrange(256)])
    return bytes(out)


def reshaped(value: object, chance: random.Random) -> object:
    """A JSON value with one member replaced somewhere: what byte damage rarely reaches."""
    replacements = [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        [],
        {},
        [[]],
        {"id": 1},
        "2026-99-99",
        {"type": "Concept"},
        ["a", {"b": []}],
    ]
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(sorted(value))
        return value | {key: reshaped(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], reshaped(value[place], chance), *value[place + 1 :]]
    return chance.choice(replacements)


def read(name: str, data: bytes, folder: Path, body: object, definition: object) -> str:
    if name in ("xlsx", "csv"):
        file = folder / f"fuzz.{name}"
        file.write_bytes(data)
        sheet = read_cells(file)
        for _ in read_rows(sheet.header, sheet.rows, definition=definition, today=now().date()):  # type: ignore[arg-type]
            pass
        return "read"
    if name == "toml":
        try:
            written = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return "no TOML"
        read_micro_credential(written, awarding_body=body)  # type: ignore[arg-type]
        return "read"
    return verify(data, sources=sources(offline=True), open_carrier=open_carrier, now=now()).verdict.value


def main(seconds: float) -> None:
    chance = random.Random(int(time.time()))
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeds = issued(folder)
        body = read_organisation(tomllib.loads((EXAMPLE / "organisation.toml").read_text("utf-8")))
        definition = read_micro_credential(tomllib.loads(seeds["toml"].decode()), awarding_body=body)
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            kind = chance.choice(sorted(seeds))
            data = damaged(seeds[kind], chance)
            if kind == "elm" and chance.random() < 0.6:
                envelope = json.loads(seeds[kind])
                data = json.dumps(
                    envelope | {"payload": json.dumps(reshaped(json.loads(envelope["payload"]), chance))}
                ).encode()
            elif kind == "open-badge" and chance.random() < 0.6:
                data = json.dumps(reshaped(json.loads(seeds[kind]), chance)).encode()
            try:
                counts[f"{kind}: {read(kind, data, folder, body, definition)}"] += 1
            except CredenzaError as error:
                counts[f"{kind}: {error.code}"] += 1
            except Exception:
                (ROOT / "build").mkdir(exist_ok=True)
                (ROOT / "build" / f"crash-{kind}").write_bytes(data)
                traceback.print_exc()
                counts[f"CRASH {kind}"] += 1
    total = sum(counts.values())
    crashes = sum(count for name, count in counts.items() if name.startswith("CRASH"))
    for name, count in counts.most_common(60):
        print(f"{count:8} {name}")
    print(f"{total} inputs in {seconds:.0f} s, {crashes} crashes")
    sys.exit(crashes > 0)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
