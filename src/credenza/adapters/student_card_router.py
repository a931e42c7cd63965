"""Whether a European Student Card is active: asked of the card router, whose address the operator sets.

European Student Card router, ``GET /cards/{escn}/status``: the only question that it answers without a key. It tells
of the card, never of learning outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from credenza.encoding import strict_json
from credenza.errors import MalformedInput, Unreachable
from credenza.ports.fetch import Fetch
from credenza.record.student_identifier import StudentCardNumber

_LARGEST = 64 * 1024
_ACTIVE = {"ACTIVE": True, "INACTIVE": False}


@dataclass(frozen=True)
class CardStatus:
    """What the router says of a card at a time; ``active`` already takes the expiry into account."""

    active: bool
    issuer: str | None
    expires: datetime | None


class StudentCardRouter:
    """Asks one router, for example ``https://router.europeanstudentcard.eu/esc-rest/api/v2``."""

    def __init__(self, address: str, fetch: Fetch) -> None:
        self._address = address.rstrip("/")
        self._fetch = fetch

    def status(self, card: StudentCardNumber, *, now: datetime) -> CardStatus:
        """The status of a card.

        Raises:
            Unreachable: as ``ports.Fetch``, and ``card-status-unknown`` where the answer says neither active nor not.
            MalformedInput: those of ``strict_json``, and ``card-status-malformed``.
        """
        url = f"{self._address}/cards/{card.number}/status"
        answer = strict_json.loads_object(
            self._fetch(url, accept=("application/json",), maximum_bytes=_LARGEST).content, maximum_bytes=_LARGEST
        )
        stated = answer.get("status", answer.get("cardStatusType"))
        if not isinstance(stated, str) or stated.upper() not in _ACTIVE:
            raise Unreachable("card-status-unknown", "The card router does not say whether the card is active.")
        expires = _moment(answer.get("expiresAt", answer.get("expiryDate")))
        active = _ACTIVE[stated.upper()] and (expires is None or now <= expires)
        issuer = answer.get("issuer")
        name = issuer.get("name") if isinstance(issuer, dict) else issuer
        return CardStatus(active, name if isinstance(name, str) else None, expires)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise MalformedInput("card-status-malformed", "The card router's date of expiry is not a date.") from error
    if len(value) == 10:  # a day: the card is good to its end
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
