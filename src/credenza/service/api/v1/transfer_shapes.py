"""What the operations of exchange take and give."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from credenza.service.api.v1.bodies import Edition, Strict, example
from credenza.service.exchange.models import FetchState

Name = Annotated[str, Field(min_length=1, max_length=255)]


class TransferIn(Strict):
    """What the organisation allows; ``client_hosts`` are host names, ``*.university.example`` for all below one.

    ``edition`` is that of the settings which were read before.
    """

    model_config = example(
        {
            "provides": True,
            "client_hosts": ["results.other.example"],
            "decides": True,
            "exchanges": False,
            "edition": "9f86d081884c7d659a2feaa0c55ad015",
        }
    )

    provides: bool
    client_hosts: Annotated[list[Name], Field(max_length=500)]
    decides: bool
    exchanges: bool
    edition: Edition


class TransferOut(Schema):
    """The same, with what registries need: the entry for EMREX where results are provided, the EWP manifest's address."""

    provides: bool
    client_hosts: list[str]
    decides: bool
    exchanges: bool
    edition: str
    registry_entry: dict[str, Any] | None
    manifest: str


class ExpectedOut(Schema):
    """A learner as we know them; ``esi_confirmed`` where their home institution vouches for the identifier."""

    name: str
    birth_date: date | None
    esi: str
    esi_confirmed: bool


class FetchOut(Schema):
    """Results that a learner fetched for the organisation.

    While a person decides there are ``found`` and ``score``, and ``expected``: the learner as we know them.
    """

    id: UUID
    provider: str
    provider_title: str
    state: FetchState
    score: Decimal | None
    reasons: list[str]
    found: dict[str, Any]
    expected: ExpectedOut | None = None
    created_at: datetime


class FetchDecisionIn(Strict):
    """Whether the results are of the learner who fetched them."""

    model_config = example({"same": True})

    same: bool


class MobilityIn(Strict):
    """A student of another institution, and the awards in force that make the transcript."""

    model_config = example(
        {
            "omobility_id": "mobility-17",
            "sending_institution": "home.example",
            "esi": "urn:schac:personalUniqueCode:int:esi:home.example:42",
            "awards": ["7d4cbfb4-93f1-4a5c-8c4d-93f3c9d6a1de"],
        }
    )

    omobility_id: Annotated[str, Field(min_length=1, max_length=64)]
    sending_institution: Name
    esi: Name
    awards: Annotated[list[UUID], Field(min_length=1, max_length=20)]


class MobilityOut(Schema):
    """A mobility whose transcript its sending institution may ask for."""

    id: UUID
    omobility_id: str
    sending_institution: str
    esi: str
    modified_at: datetime
    awards: list[UUID]


class ReceivingIn(Strict):
    """The institution that is asked, by its SCHAC id."""

    model_config = example({"receiving": "university.example"})

    receiving: Name


class TranscriptOut(Schema):
    """A transcript of one of our own students that another node signed and sent."""

    id: UUID
    receiving_institution: str
    omobility_id: str
    received_at: datetime


class CameOut(Schema):
    """How many transcripts came."""

    count: int
