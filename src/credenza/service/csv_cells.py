"""Cells of the CSV files that the service writes: a spreadsheet opens them, and takes no text for a formula."""

from __future__ import annotations

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain(cell: object) -> object:
    """A cell as it is, but a text that a spreadsheet would calculate has an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
