"""What issuing needs from outside: a ledger of what was issued, a place for files, a printer of certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from credenza.record import Award, Media, StatusPurpose


@dataclass(frozen=True)
class Claimed:
    """Who is to get a credential: digests of what identifies the learner, and of the row's whole content."""

    learner_keys: tuple[str, ...]
    content: str


@dataclass(frozen=True)
class Reservation:
    """The one credential of a learner for a micro-credential: reserved before it is sealed, the same in every run.

    ``done`` are the formats already written, ``changed`` says that this was with other content of the row, and
    ``altered`` that it was from another definition or issuer.
    """

    credential_id: str
    issued: datetime
    list_number: int
    index: int
    done: frozenset[str]
    changed: bool = False
    altered: bool = False


@dataclass(frozen=True)
class StatusEntry:
    """The status of one issued credential."""

    credential_id: str
    list_number: int
    index: int
    revoked: bool
    suspended: bool


class IssuingLedger(Protocol):
    """Remembers what was reserved and issued; every call is one transaction, durable when it returns."""

    def reserve(
        self, definition_id: str, claims: Sequence[Claimed], *, issued: datetime, origin: str = ""
    ) -> list[Reservation]:
        """A reservation for each claim, in order; a learner who has one keeps its id, time and place for ever.

        ``origin`` is the digest of what the credentials are made from besides their rows.
        """

    def finish(self, done: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Remember that these credentials were written in these formats."""

    def set_status(self, credential_id: str, purpose: StatusPurpose, value: bool, *, at: datetime) -> None:
        """Revoke (for good), suspend or reinstate.

        Raises:
            MalformedInput: ``credential-unknown``. Conflict: ``credential-revoked`` where it is revoked already.
        """

    def statuses(self) -> Iterator[StatusEntry]:
        """Every reserved credential with its status."""


class CredentialSink(Protocol):
    """Where sealed credentials go; a file appears whole or not at all."""

    def write(self, award: Award, format_name: str, data: bytes) -> None:
        """Keep the sealed bytes of an award in a format, replacing what was there."""


class CertificatePrinter(Protocol):
    """Draws the certificate of an award."""

    def page(self, award: Award) -> Media:
        """The certificate's page as a picture."""

    def pdf(self, award: Award, *, attachment: bytes) -> bytes:
        """The certificate as PDF/A-3 with the sealed credential attached."""


class BadgeBaker(Protocol):
    """Draws the badge of an award and bakes the sealed Open Badge into the picture (Open Badges 3.0 section 5.3)."""

    def png(self, award: Award, sealed: bytes) -> bytes:
        """A PNG that carries the credential."""

    def svg(self, award: Award, sealed: bytes) -> bytes:
        """An SVG that carries the credential."""
