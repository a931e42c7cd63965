"""ELMO 2.0 ``resultOfRecognition`` to a decision: what was recognised, as what, by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from credenza.document.elmo.read_units import is_uri
from credenza.document.elmo.taking import Taken
from credenza.document.elmo.transcript import (
    Counted,
    Decision,
    RecognitionMapping,
    RecognitionStatus,
    ResultOfRecognition,
)
from credenza.errors import MalformedInput
from credenza.record import UNSTATED, Award, Organisation


def decisions(
    results: Sequence[Taken], *, issuer: dict[str, Any], read_basis: Callable[[Taken], list[Award]]
) -> Iterator[Decision]:
    """The decisions of one report; ``read_basis`` reads the reports that they are about.

    Raises:
        MalformedInput: ``elmo-malformed``.
    """
    authority = Organisation.model_validate(issuer) if results else None
    for result in results:
        assert authority is not None
        left: list[str] = []
        result.left = left
        decided = _result(result, read_basis)
        result.done()
        yield Decision(decided, authority, tuple(left))


def _result(result: Taken, read_basis: Callable[[Taken], list[Award]]) -> ResultOfRecognition:
    status = result.token("status") or ""
    if status not in {one.value for one in RecognitionStatus}:
        raise MalformedInput("elmo-malformed", f"{result.path} has no status that ELMO 2.0 knows.")
    reports = [report for basis in result.each("recognitionBasis") for report in basis.each("recognitionReport")]
    return ResultOfRecognition(
        title=result.text("title") or UNSTATED,
        status=RecognitionStatus(status),
        decision_date=result.day("decisionDate"),
        description=result.text("description", lines=True),
        basis=tuple(award for report in reports for award in read_basis(report)),
        counted=tuple(_counted(result)),
        mapping=tuple(_mapping(result)),
    )


def _counted(result: Taken) -> Iterator[Counted]:
    for holder in result.each("recognitionResult"):
        unit = holder.one("learningOpportunitySpecification")
        if unit is None:
            continue
        names = [one.value() for one in unit.each("identifier")]
        title = unit.text("title") or UNSTATED
        unit.each("specifies")
        unit.done()
        yield Counted(id=next((one for one in names if is_uri(one)), names[0] if names else ""), title=title)


def _mapping(result: Taken) -> Iterator[RecognitionMapping]:
    for holder in result.each("recognitionMapping"):
        for mapping in holder.each("mapping"):
            sides = [
                tuple(ref.value() for side in mapping.each(name) for ref in side.each("ref"))
                for name in ("fromMapping", "toMapping")
            ]
            yield RecognitionMapping(recognised=sides[0], counted_as=sides[1])
