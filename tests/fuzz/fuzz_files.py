"""Fuzzing of every reader: ``python tests/fuzz/fuzz_files.py SECONDS [READER...]``. Any error without a code is a crash.

SECONDS are of CPU time, for each reader. Seeds are real files of every format, issued here once; each round damages one
a little or a lot, mostly behind its outer layers (unpacked, and sealed anew), and hands it to its reader in this process.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from exchange_readers import exchange_readers
from readers import Reader, all_readers
from seeds import issue

from credenza.errors import CredenzaError

BUILD = Path(__file__).resolve().parents[2] / "build"
_SLICE = 0.25
_SLOW = 0.5
_MOST_KEPT = 20


@dataclass
class Tally:
    """What became of the inputs to one reader; ``crashes`` are counted by the place that raised."""

    reader: Reader
    seconds: float = 0.0
    slowest: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        inputs = sum(self.outcomes.values()) + sum(self.crashes.values())
        rate = inputs / self.seconds if self.seconds else 0.0
        common = ", ".join(f"{name} {count / inputs:.0%}" for name, count in self.outcomes.most_common(3))
        return (
            f"{self.reader.name:20} {inputs:9,} inputs {self.seconds:7.1f} s {rate:8,.0f}/s"
            f" slowest {self.slowest:5.3f} s {len(self.outcomes):4} outcomes"
            f" {sum(self.crashes.values()):3} crashes   {common}"
        )


def run_slice(tally: Tally, chance: random.Random) -> None:
    """A quarter of a second of CPU time for one reader, so that all of them are as far when the run is ended."""
    started = time.process_time()
    while time.process_time() - started < _SLICE:
        data = tally.reader.damage(chance)
        begun = time.process_time()
        try:
            tally.outcomes[str(tally.reader.read(data))] += 1
        except CredenzaError as error:
            tally.outcomes[error.code] += 1
        except Exception as error:
            keep(tally, data, error)
        if (taken := time.process_time() - begun) > tally.slowest:
            tally.slowest = taken
            if taken > _SLOW:
                save(tally, "slow", data)
    tally.seconds += time.process_time() - started


def keep(tally: Tally, data: bytes, error: Exception) -> None:
    """The file of each crash that is not yet known, in build/."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    tally.crashes[place] += 1
    if tally.crashes[place] == 1 and len(tally.crashes) <= _MOST_KEPT:
        save(tally, f"crash-{len(tally.crashes)}", data)
        traceback.print_exception(error)


def save(tally: Tally, what: str, data: bytes) -> None:
    BUILD.mkdir(exist_ok=True)
    (BUILD / f"{what}-{tally.reader.name}").write_bytes(data)


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def main(seconds: float, wanted: list[str]) -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, stop)
    seed = time.time_ns()
    with tempfile.TemporaryDirectory() as name:
        issued = issue(Path(name))
        readers = [*all_readers(issued), *exchange_readers(issued)]
        tallies = [Tally(one) for one in readers if not wanted or one.name in wanted]
        chance = random.Random(seed)
        try:
            while unfinished := [one for one in tallies if one.seconds < seconds]:
                for tally in unfinished:
                    run_slice(tally, chance)
        except KeyboardInterrupt:
            print("ended early")
    for tally in tallies:
        print(tally.line())
        for place, count in tally.crashes.items():
            print(f"    CRASH {place}, {count} times")
    crashes = sum(sum(one.crashes.values()) for one in tallies)
    inputs = sum(sum(one.outcomes.values()) for one in tallies) + crashes
    print(
        f"{inputs:,} inputs in {sum(one.seconds for one in tallies):,.0f} s of CPU time, {crashes} crashes (seed {seed})"
    )
    sys.exit(crashes > 0)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2, sys.argv[2:])
