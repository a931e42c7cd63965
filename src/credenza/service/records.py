"""Records of the core as the database keeps them, read once for as long as they stay the same."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

import orjson

from credenza.record.text import Frozen

Record = TypeVar("Record", bound=Frozen)


def read(kind: type[Record], stored: Any) -> Record:
    """The record in this JSON; it is immutable, so whoever reads the same text again gets the same object."""
    return _read(kind, orjson.dumps(stored))


@lru_cache(maxsize=512)
def _read(kind: type[Record], text: bytes) -> Record:
    return kind.model_validate(orjson.loads(text))
