"""What the API gives of an organisation, its people, its audit trail and its statistics."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class OrganisationOut(Schema):
    """An organisation as its credentials name it."""

    slug: str
    name: str
    country: str
    four_eyes: bool
    second_factor: bool
    did: str
    record: dict[str, Any]
    edition: str


class WaitingOut(Schema):
    """One kind of work that waits, in words; ``address`` is the page of the console where it is done."""

    title: str
    sentence: str
    count: int
    address: str
    urgent: bool


class MemberOut(Schema):
    """A member with their roles."""

    id: UUID
    name: str
    email: str
    roles: list[str]


class InvitationOut(Schema):
    """Somebody who was invited."""

    email: str
    role: str
    created_at: datetime
    expires_at: datetime


class EventOut(Schema):
    """One link of the audit chain."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous_digest: str
    digest: str


class ChainOut(Schema):
    """The numbers of broken links of the audit chain; none where it is whole."""

    broken: list[int]


class CountOut(Schema):
    """How often something happened."""

    month: date
    kind: str
    title: str
    fields: list[str]
    eqf: int | None
    country: str
    count: int
