"""Pages drawn by Typst, and what the fonts of this computer cannot draw: never a row of boxes in place of a name."""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib import resources
from typing import Any

import typst

from credenza.errors import Refused

_drawing = threading.Lock()
_drawn_before: set[str] = set()


@lru_cache(maxsize=4)
def _compiler(name: str) -> typst.Compiler:
    drawing = resources.files("credenza.adapters.drawings").joinpath(name)
    return typst.Compiler(str(drawing))


def draw(name: str, **how: Any) -> bytes:
    """One page drawn by Typst, whose compiler serves one thread at a time."""
    with _drawing:
        return _one_page(_compiler(name).compile(**how))


def quoted(text: bytes) -> bytes:
    """A text (UTF-8) as a Typst string, in which only the backslash and the quotation mark are not themselves."""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def can_draw(text: str) -> bool:
    """Whether the fonts of this computer have every character of a text; PDF/A forbids the box that stands for one.

    Asks Typst only where a character was not seen before: fonts and shaping are its business.
    """
    if _drawn_before.issuperset(text):
        return True
    try:
        draw("certificate.typ", input=b"#" + quoted(text.encode()), format="pdf", pdf_standards="a-3b")
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            return False
        raise
    _drawn_before.update(text)
    return True


def require_drawable(*texts: str) -> None:
    """Refuse what would be drawn with boxes in place of letters.

    Raises:
        Refused: ``glyph-missing``.
    """
    for text in texts:
        if not can_draw(text):
            raise Refused("glyph-missing", glyph_missing(text))


def glyph_missing(text: str) -> str:
    """What to tell people about a text that cannot be drawn."""
    return f"No font on this computer can draw {text[:80]!r} for a certificate: install one, such as Noto CJK."


def _one_page(made: Any) -> bytes:
    """Typst returns bytes for one page and a list for more; a certificate has one, and the first is shown."""
    first = made[0] if isinstance(made, list) else made
    return bytes(first)
