"""Passwords that many people choose: words of this service, repetitions, and rows of the keyboard."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = frozenset(
    {"credenza", "credential", "credentials", "microcredential", "europass", "wallet", "university", "password"}
)
"""Words that stand for nothing here; see docs/security-asvs.md, 6.1.2."""
_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm" * 2,
    "qwertzuiopasdfghjklyxcvbnm" * 2,
)
_ADDED = re.compile(r"[\W\d_]+")


class GuessableValidator:
    """Refuses what a guesser tries after the list of common passwords."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError ``password-guessable``."""
        text = password.casefold()
        letters = _ADDED.sub("", text)
        guessable = (
            _repeats(text)
            or any(text in row or text[::-1] in row for row in _ROWS)
            or letters in CONTEXT_WORDS
            or (letters in self._common and len(letters) < 12)
        )
        if guessable:
            raise ValidationError(_("This password is easily guessed."), code="password-guessable")

    def get_help_text(self) -> str:
        return _("Not one word with numbers after it, a row of the keyboard, or something repeated.")


def _repeats(text: str) -> bool:
    """Whether it is one shorter text again and again (also when the last time is cut off)."""
    return any((text[:length] * len(text)).startswith(text) for length in range(1, len(text) // 2 + 1))
