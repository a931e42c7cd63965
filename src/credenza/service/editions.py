"""The edition of what people change: of two who change the same thing at once, one wins and the other is told."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from credenza.errors import Conflict


def edition_of(said: Any) -> str:
    """The edition of what is said now (JSON): it is another as soon as anything is said otherwise."""
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def require_read(code: str, edition: str, said: Any) -> None:
    """Raises Conflict with this code where ``edition``, which a person read, is not that of what is said now.

    The caller holds the lock of what is changed, so that it cannot change after this either.
    """
    if edition != edition_of(said):
        raise Conflict(code, "Somebody else changed this in the meantime. Look at it again first.")
