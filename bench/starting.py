"""How long the command takes to say what it can do."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def measure() -> list[dict[str, Any]]:
    command = [str(Path(sys.executable).with_name("credenza")), "--help"]
    times = []
    for _ in range(7):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - started)
    return [
        {"name": "credenza --help", "value": sorted(times)[3], "unit": "s", "goal": 0.3, "peer": None, "ratio": None}
    ]
