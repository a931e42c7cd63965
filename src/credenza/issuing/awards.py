"""From a row of the class list to an award: one reservation, one record, the same in every run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import orjson

from credenza.ports.issuing import Claimed, Reservation
from credenza.record import (
    Award,
    MicroCredential,
    Organisation,
    StatusKind,
    StatusPurpose,
    StatusReference,
)
from credenza.record.class_list import Row, learner_keys


@dataclass(frozen=True)
class IssuingPlan:
    """What is issued, by whom, when, in which formats; ``base_url`` is where status lists are published."""

    definition: MicroCredential
    issuer: Organisation
    formats: tuple[str, ...]
    base_url: str
    issued: datetime
    language: str = "en"

    @cached_property
    def origin(self) -> str:
        """A digest of what the awards are made from besides their rows."""
        made_from = [self.definition.model_dump(mode="json"), self.issuer.model_dump(mode="json")]
        return _digest([*made_from, self.base_url, self.language])


def claim_of(row: Row) -> Claimed:
    """Digests by which the ledger knows the learner and notices a changed row; it keeps no personal data."""
    keys = tuple(_digest(key) for key in learner_keys(row.learner))
    content = [
        row.learner.model_dump(mode="json"),
        [result.model_dump(mode="json") for result in row.results],
        [one.model_dump(mode="json") for one in (*row.identifiers, *row.evidence)],
        row.awarded,
        row.valid_until,
    ]
    return Claimed(keys, _digest(content))


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value)).hexdigest()


def award_of(row: Row, reservation: Reservation, plan: IssuingPlan) -> Award:
    """The award that a row's reservation stands for."""
    return Award(
        id=reservation.credential_id,
        micro_credential=plan.definition,
        issuer=plan.issuer,
        learner=row.learner,
        issued=reservation.issued,
        valid_from=reservation.issued,
        valid_until=row.valid_until,
        awarded=row.awarded or reservation.issued,
        results=row.results,
        identifiers=row.identifiers,
        evidence=row.evidence,
        status=status_references(plan.base_url, reservation.list_number, reservation.index),
        language=plan.language,
    )


def status_references(base_url: str, list_number: int, index: int) -> tuple[StatusReference, ...]:
    """Where the status is published: in a list for revocation, one for suspension, and one for wallets."""
    number = list_number + 1
    kinds = (
        (StatusKind.BITSTRING, "revocation", StatusPurpose.REVOCATION),
        (StatusKind.BITSTRING, "suspension", StatusPurpose.SUSPENSION),
        (StatusKind.TOKEN, "tokens", None),
    )
    return tuple(
        StatusReference(kind=kind, list_url=f"{base_url}/status/{name}-{number}", index=index, purpose=purpose)
        for kind, name, purpose in kinds
    )
