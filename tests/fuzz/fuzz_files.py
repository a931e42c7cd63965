"""Fuzzing of every reader: ``python tests/fuzz/fuzz_files.py SECONDS [READER...]``. Any error without a code is a crash.

Seeds are real files of every format, issued here; each round damages one a little or a lot and hands it to its reader.
"""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from exchange_readers import exchange_readers
from lxml import etree
from readers import all_readers

from credenza.errors import CredenzaError

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
        "organisation": (EXAMPLE / "organisation.toml").read_bytes(),
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


def damaged_json(data: bytes, chance: random.Random) -> bytes:
    """Mostly reshaped as JSON, for the readers behind the first; a text member that is JSON itself is reshaped inside."""
    value = json.loads(data)
    if chance.random() < 0.3:
        return damaged(data, chance)
    if isinstance(value, dict) and isinstance(value.get("payload"), str) and chance.random() < 0.8:
        return json.dumps(value | {"payload": json.dumps(reshaped(json.loads(value["payload"]), chance))}).encode()
    return json.dumps(reshaped(value, chance)).encode()


def damaged_xml(data: bytes, chance: random.Random) -> bytes:
    """Mostly reshaped as XML: elements changed, removed, repeated, moved, renamed as others are."""
    if chance.random() < 0.2:
        return damaged(data, chance)
    root = etree.fromstring(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        elements = list(root.iter(etree.Element))
        place, other = chance.choice(elements), chance.choice(elements)
        kind = chance.randrange(6)
        if kind == 0 or place is root:
            place.text = chance.choice(
                ["", "x", "-1", "1e999", "2026-99-99", "9" * 400, "\u202e", "http://x", " ", "NaN"]
            )
        elif kind == 1:
            place.getparent().remove(place)
        elif kind == 2:
            place.getparent().append(copy.deepcopy(place))
        elif kind == 3:
            other.append(copy.deepcopy(place))
        elif kind == 4:
            place.tag = other.tag
        else:
            place.set(chance.choice([*other.keys(), "type", "Id"]), chance.choice(["", "x", "schac", "\u202e"]))
    return etree.tostring(root)


def main(seconds: float, wanted: list[str]) -> None:
    chance = random.Random(time.time_ns())
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = issued(folder)
        readers = {one.name: one for one in (*all_readers(files, folder), *exchange_readers(files))}
        names = wanted or sorted(readers)
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            reader = readers[chance.choice(names)]
            is_xml = reader.seed.lstrip().startswith(b"<") and not reader.is_json
            data = (damaged_json if reader.is_json else damaged_xml if is_xml else damaged)(reader.seed, chance)
            try:
                counts[f"{reader.name}: {reader.read(data)}"] += 1
            except CredenzaError as error:
                counts[f"{reader.name}: {error.code}"] += 1
            except Exception:
                (ROOT / "build").mkdir(exist_ok=True)
                (ROOT / "build" / f"crash-{reader.name}").write_bytes(data)
                traceback.print_exc()
                counts[f"CRASH {reader.name}"] += 1
    for reader in names:
        of_reader = sum(count for name, count in counts.items() if name.split(":")[0] == reader)
        print(f"{of_reader:9} inputs to {reader}, {sum(name.startswith(f'{reader}:') for name in counts)} outcomes")
    total = sum(counts.values())
    crashes = sum(count for name, count in counts.items() if name.startswith("CRASH"))
    print(f"{total} inputs in {seconds:.0f} s, {crashes} crashes")
    sys.exit(crashes > 0)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60, sys.argv[2:])
