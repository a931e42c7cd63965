"""``make bench``: every measurement of bench/*.py as a table, in build/bench.json and in docs/performance.md.

Speeds are of one core and depend on the machine: read the ratios, which come from the same run.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import traceback
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
MODULES = ("issuing", "verifying", "data_integrity", "jose", "recognition", "stacking", "starting", "service")
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    results = []
    for name in MODULES:
        try:
            results += importlib.import_module(f"bench.{name}").measure()
        except Exception:
            traceback.print_exc()
            results.append(
                {"name": f"{name}: failed", "value": None, "unit": "", "goal": None, "peer": None, "ratio": None}
            )
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    columns = ("name", "value", "unit", "goal", "peer", "ratio")
    rows = [[_text(result.get(column)) for column in columns] for result in results]
    table = Table(*columns)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    lines = [
        "| " + " | ".join(columns) + " |",
        "|" + " --- |" * len(columns),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    page = ROOT / "docs" / "performance.md"
    text = page.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    about = (
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load} at the end of the"
        " run. Speeds (/s) are a second of CPU time of one process; whole commands are on the clock."
    )
    page.write_text(f"{before}{BEGIN}\n{about}\n\n" + "\n".join(lines) + f"\n{END}{after}", "utf-8")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
    return str(value)


if __name__ == "__main__":
    main()
