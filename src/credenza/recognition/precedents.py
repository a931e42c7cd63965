"""Precedents: earlier decisions on the same micro-credential, so that like is treated alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from credenza.recognition.case import Case
from credenza.recognition.decision import RecognitionOutcome
from credenza.recognition.evidence import SubstantialDifference
from credenza.record.instant import Instant
from credenza.record.text import Frozen


class Precedent(Frozen):
    """An earlier decision without anything that names a person."""

    case_id: str
    definition_id: str
    requirement_id: str
    outcome: RecognitionOutcome
    decided_at: Instant
    differences: tuple[SubstantialDifference, ...] = ()
    conditions: tuple[str, ...] = ()
    rule: str | None = None
    on_appeal: bool = False


class Precedents(Protocol):
    """Where earlier decisions are kept."""

    def of_definition(self, definition_id: str) -> Iterable[Precedent]:
        """All decisions that stand on a micro-credential's definition, in any order; those replaced on appeal left out."""


def precedent_of(case: Case) -> Precedent | None:
    """What a decided case is a precedent of, None while nothing is decided."""
    decision = case.final
    if decision is None:
        return None
    return Precedent(
        case_id=case.id,
        definition_id=case.credential.award.micro_credential.id,
        requirement_id=case.requirement_id,
        outcome=decision.outcome,
        decided_at=decision.decided_at,
        differences=decision.differences,
        conditions=decision.conditions,
        rule=decision.rule,
        on_appeal=case.decision_on_appeal is not None,
    )


def look_up(precedents: Precedents, case: Case) -> tuple[Precedent, ...]:
    """The precedents of a case: those on the same requirement first, the newest first in each group."""
    definition_id = case.credential.award.micro_credential.id
    found = [one for one in precedents.of_definition(definition_id) if one.case_id != case.id]
    newest = sorted(found, key=lambda one: one.decided_at, reverse=True)
    return tuple(sorted(newest, key=lambda one: one.requirement_id != case.requirement_id))
