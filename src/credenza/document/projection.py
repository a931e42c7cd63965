"""What every document format gives back: the record, and what the record or the format could not carry."""

from __future__ import annotations

from dataclasses import dataclass

from credenza.record import Award


@dataclass(frozen=True)
class Reading:
    """A document read into the record.

    ``not_carried`` names, as paths in the field's terms, what the document holds and the record has no place for, or
    what the format could not carry; nothing is dropped in silence.
    """

    award: Award
    not_carried: tuple[str, ...] = ()
