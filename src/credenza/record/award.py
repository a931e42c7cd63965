"""Who achieved what, when and how well: the learner, the results, and the award that becomes a credential."""

from __future__ import annotations

import base64
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from credenza.record.concept import Concept, check_uri
from credenza.record.instant import Instant
from credenza.record.micro_credential import MicroCredential
from credenza.record.organisation import Identifier, IdentifierKind, Organisation, check_base64
from credenza.record.text import Frozen, Line, Text


class Learner(Frozen):
    """The person who achieved it; ``id`` is the holder's DID where the learner has one, else a URN or nothing."""

    id: str | None = None
    full_name: Line | None = None
    given_name: Line | None = None
    family_name: Line | None = None
    birth_date: date | None = None
    national_id: Identifier | None = None
    identifiers: tuple[Identifier, ...] = ()
    email: Line | None = None

    @field_validator("id")
    @classmethod
    def _check_id(cls, uri: str | None) -> str | None:
        return None if uri is None else check_uri(uri)

    @property
    def name(self) -> str | None:
        """The full name, composed of given and family name where it is not stated."""
        parts = [part for part in (self.given_name, self.family_name) if part]
        return self.full_name or (" ".join(parts) or None)

    @property
    def esi(self) -> str | None:
        """The European Student Identifier (``urn:schac:personalUniqueCode:int:esi:...``)."""
        return next((one.value for one in self.identifiers if one.kind is IdentifierKind.ESI), None)


class Result(Frozen):
    """How one assessment went; ``assessment`` is its place in the definition's list, ``grade`` in words or points."""

    assessment: Annotated[int, Field(ge=0)] = 0
    grade: Text | None = None
    supervision: Concept | None = None
    assessed: Instant | None = None


class Evidence(Frozen):
    """What the learner made, or a record of it, on the web."""

    url: str
    title: Text | None = None

    _url = field_validator("url")(check_uri)


class StatusPurpose(StrEnum):
    """What a status list can say of a credential."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class StatusKind(StrEnum):
    """The two kinds of status list that Credenza keeps."""

    BITSTRING = "BitstringStatusListEntry"
    TOKEN = "TokenStatusList"


class StatusReference(Frozen):
    """Where the status of a credential is published: a list and the place in it."""

    kind: StatusKind
    list_url: str
    index: Annotated[int, Field(ge=0, le=2**32)]
    purpose: StatusPurpose | None = None


class AwardPart(Frozen):
    """An award inside a larger one: what was achieved, and the sealed credential that says so.

    ``id`` is that of the credential, ``digest`` the SHA-256 of its exact sealed bytes in hexadecimal, ``sealed`` those
    bytes in base64 where they travel along.
    """

    id: str
    micro_credential: MicroCredential
    awarded: Instant | None = None
    results: tuple[Result, ...] = ()
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    sealed: str | None = None

    _id = field_validator("id")(check_uri)
    _sealed = field_validator("sealed")(check_base64)

    @property
    def sealed_bytes(self) -> bytes:
        """The exact bytes of the sealed credential, none where it does not travel along."""
        return base64.b64decode(self.sealed or "")


class Award(Frozen):
    """One micro-credential for one learner: the one record that every document format projects.

    ``issued`` and ``valid_from`` may be missing in what others wrote, or where a holder did not disclose them.
    ``id`` names this credential (``urn:uuid:...``), ``language`` (ISO 639-1) is that of its first display.
    """

    id: str
    micro_credential: MicroCredential
    issuer: Organisation
    learner: Learner
    issued: Instant | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    awarded: Instant | None = None
    results: tuple[Result, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    status: tuple[StatusReference, ...] = ()
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    parts: tuple[AwardPart, ...] = ()

    _id = field_validator("id")(check_uri)
