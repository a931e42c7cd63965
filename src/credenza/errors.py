"""Errors of Credenza: malformed input or an unreachable source, never a judgement.

A judgement about a credential (bad seal, revoked, expired) is a value in a verification report. An error says that
the question itself could not be put. Each error has a stable ``code`` (kebab-case, never renamed once released), a
sentence for people, and ``detail`` for programs.
"""

from __future__ import annotations

from functools import partial
from typing import Any


class CredenzaError(Exception):
    """The root of all errors: a stable code, a sentence for people, details for programs."""

    def __init__(self, code: str, message: str, **detail: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail

    def __str__(self) -> str:
        return self.message

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence for each problem that ``detail`` names; the error's own where it names none."""
        return tuple(one.message for one in self.detail.get("problems", ())) or (self.message,)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self.code, self.message, **self.detail), ()


class MalformedInput(CredenzaError):
    """What was handed in is not what its format says (parse errors, forbidden members, bad encodings, sizes)."""


class Refused(CredenzaError):
    """What was asked for is understood but must not be done (unsafe algorithm, unsafe address, missing right)."""


class Unreachable(CredenzaError):
    """A source that a check needs (DID document, status list, trusted list) did not answer or is not at hand."""


class Conflict(CredenzaError):
    """What was asked for contradicts what is already there (a file exists, an award is already revoked)."""
