"""Work that was just written down is looked for at once, where this process works; else in the next moment."""

from __future__ import annotations

import threading

_woken = threading.Event()


def wake() -> None:
    """Look for work now."""
    _woken.set()


def wait(seconds: float) -> None:
    """Until somebody wakes, or the time is over."""
    _woken.wait(seconds)
    _woken.clear()
