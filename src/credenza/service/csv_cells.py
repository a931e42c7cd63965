"""Cells of the CSV files that the service writes: a spreadsheet opens them, and takes no text for a formula.

Where the comma stands in decimal numbers, spreadsheets take the semicolon for what separates cells, and quotation marks in the
middle of a line for letters. So a formula may begin after each semicolon, bar, tab and line break of a text too.
"""

from __future__ import annotations

import re

_BEGINS = re.compile(r'(\A|[;|\t\r\n])(?=[\s"]*[=+\-@＝＋－＠]|(?<!.)[\t\r\n])', re.DOTALL)


def plain(cell: object) -> object:
    """A cell as it is, but wherever a spreadsheet would begin to calculate, an apostrophe stands before that."""
    return _BEGINS.sub(r"\1'", cell) if isinstance(cell, str) else cell
