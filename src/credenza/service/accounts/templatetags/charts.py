"""Charts drawn by the server: a bar chart is its own data table, a line chart has one beside it; no script, no inline style.

Sizes are percentages in SVG without a view box, so that words keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import template

register = template.Library()

_MOST_LABELS = 4
_TOP, _BOTTOM = 6.0, 86.0


@dataclass(frozen=True)
class _Bar:
    label: Any
    value: float
    width: str


@dataclass(frozen=True)
class _Series:
    number: int
    name: Any
    values: Sequence[float]
    points: Sequence[tuple[str, str]]

    @property
    def segments(self) -> list[tuple[str, str, str, str]]:
        return [(*start, *end) for start, end in pairwise(self.points)]


@register.inclusion_tag("charts/bar.html")
def bar_chart(title: str, rows: Iterable[tuple[Any, float]], label: str = "", unit: str = "") -> dict[str, Any]:
    """A table of ``(label, value)`` rows, each with its bar; ``label`` heads the first column, ``unit`` the values."""
    listed = [(name, value) for name, value in rows]
    most = max([value for _, value in listed], default=0) or 1
    bars = [_Bar(name, value, f"{max(0.0, 100 * value / most):.1f}%") for name, value in listed]
    return {"title": title, "bars": bars, "label": label, "unit": unit}


@register.inclusion_tag("charts/line.html")
def line_chart(
    title: str, labels: Sequence[Any], series: Iterable[tuple[Any, Sequence[float]]], label: str = ""
) -> dict[str, Any]:
    """Up to three ``(name, values)`` series over the same labels (such as months), told apart by colour and dashes."""
    listed = list(series)[:3]
    top = _round_up(max((value for _, values in listed for value in values), default=0))
    across = [_x(index, len(labels)) for index in range(len(labels))]
    drawn = [
        _Series(number, name, values, [(x, _y(value, top)) for x, value in zip(across, values, strict=True)])
        for number, (name, values) in enumerate(listed, start=1)
    ]
    return {
        "title": title,
        "label": label,
        "series": drawn,
        "rows": list(zip(labels, *(values for _, values in listed), strict=True)),
        "ticks": [(_y(value, top), value) for value in (0, top // 2, top)],
        "marks": _marks(labels, across),
    }


def _marks(labels: Sequence[Any], across: Sequence[str]) -> list[tuple[str, str, Any]]:
    """Some labels of the horizontal axis, with where they stand: as many as a phone has room for."""
    step = max(1, -(-len(labels) // _MOST_LABELS))
    last = len(labels) - 1
    chosen = [index for index in range(0, last + 1, step) if last - index >= step] + [last]
    anchors = {0: "start", last: "end"}
    return [(across[i], anchors.get(i, "middle"), labels[i]) for i in sorted(set(chosen)) if i >= 0]


def _x(index: int, count: int) -> str:
    return f"{8 + 91 * (index / (count - 1) if count > 1 else 0.5):.2f}%"


def _y(value: float, top: float) -> str:
    return f"{_BOTTOM - (_BOTTOM - _TOP) * value / top:.2f}%"


def _round_up(value: float) -> int:
    """The next even number that is easy to read, so that half of it is whole."""
    steps = (10, 12, 16, 20, 24, 30, 40, 50, 60, 80)
    tops = (2, 4, 6, 8, *(step * 10**power for power in range(15) for step in steps))
    return next((top for top in tops if value <= top), int(value))
