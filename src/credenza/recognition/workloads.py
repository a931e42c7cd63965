"""Workloads compared in ECTS credits, with the conversion shown: one credit is 25 to 30 hours of work."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from credenza.recognition.requirement import ECTS_HOURS, Requirement
from credenza.record.micro_credential import MicroCredential
from credenza.record.text import Frozen


class WorkloadResult(StrEnum):
    """How the workload stands to the one asked; ``borderline`` where it depends on the hours that a credit stands for."""

    SUFFICIENT = "sufficient"
    BORDERLINE = "borderline"
    INSUFFICIENT = "insufficient"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"


class Workload(Frozen):
    """What is stated, and the ECTS credits that it stands for, at least and at most.

    ``consistent`` is False where stated credits and hours cannot both be true; then the range spans both.
    """

    ects: Decimal | None
    hours: Decimal | None
    least: Decimal | None
    most: Decimal | None
    consistent: bool
    conversion: str


class WorkloadComparison(Frozen):
    """Both workloads in ECTS credits."""

    result: WorkloadResult
    asked: Workload
    has: Workload
    reason: str


def compare_workloads(offered: MicroCredential, asked: Requirement) -> WorkloadComparison:
    """The workload of what was learned beside the workload asked."""
    has = workload(offered.ects, offered.workload_hours, asked.hours_per_ects)
    wanted = workload(asked.ects, asked.workload_hours, asked.hours_per_ects)
    result = _result(has, wanted)
    return WorkloadComparison(result=result, asked=wanted, has=has, reason=_reason(result, has, wanted))


def workload(ects: Decimal | None, hours: Decimal | None, hours_per_ects: Decimal | None) -> Workload:
    """A workload as a range of ECTS credits; ``hours_per_ects`` fixes the conversion, else it is 25 to 30 hours."""
    fewest, most_hours = (hours_per_ects, hours_per_ects) if hours_per_ects else ECTS_HOURS
    a_credit = f"{fewest} h" if hours_per_ects else f"{fewest}-{most_hours} h"
    by_hours = (_rounded(hours / most_hours), _rounded(hours / fewest)) if hours is not None else None
    if ects is None and by_hours is None:
        return Workload(
            ects=None, hours=None, least=None, most=None, consistent=True, conversion="no workload is stated"
        )
    if by_hours is None:
        return Workload(
            ects=ects, hours=None, least=ects, most=ects, consistent=True, conversion=f"{_plain(ects)} ECTS as stated"
        )
    told = f"{_plain(hours)} h / {a_credit} = {_span(*by_hours)} ECTS"
    if ects is None:
        return Workload(ects=None, hours=hours, least=by_hours[0], most=by_hours[1], consistent=True, conversion=told)
    agree = ECTS_HOURS[0] * ects <= (hours or 0) <= ECTS_HOURS[1] * ects
    least, most = (ects, ects) if agree else (min(ects, by_hours[0]), max(ects, by_hours[1]))
    stated = f"{_plain(ects)} ECTS as stated"
    conversion = stated if agree else f"{stated}, but {told}: the two do not agree"
    return Workload(ects=ects, hours=hours, least=least, most=most, consistent=agree, conversion=conversion)


def _result(has: Workload, wanted: Workload) -> WorkloadResult:
    if wanted.least is None or wanted.most is None:
        return WorkloadResult.NOT_ASKED
    if has.least is None or has.most is None:
        return WorkloadResult.UNKNOWN
    if has.hours is not None and wanted.hours is not None and wanted.ects is None and has.consistent:
        return WorkloadResult.SUFFICIENT if has.hours >= wanted.hours else WorkloadResult.INSUFFICIENT
    if has.least >= wanted.most:
        return WorkloadResult.SUFFICIENT
    return WorkloadResult.INSUFFICIENT if has.most < wanted.least else WorkloadResult.BORDERLINE


def _reason(result: WorkloadResult, has: Workload, wanted: Workload) -> str:
    told, asked = has.conversion, wanted.conversion
    sentences = {
        WorkloadResult.SUFFICIENT: f"The workload is enough: {told}; asked are {asked}.",
        WorkloadResult.BORDERLINE: f"Whether the workload is enough depends on the conversion: {told}; asked are {asked}.",
        WorkloadResult.INSUFFICIENT: f"The workload is less than asked: {told}; asked are {asked}.",
        WorkloadResult.UNKNOWN: f"The workload cannot be compared: {told}; asked are {asked}.",
        WorkloadResult.NOT_ASKED: f"No workload is asked; the credential states {told}.",
    }
    return sentences[result]


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _span(least: Decimal, most: Decimal) -> str:
    return _plain(least) if least == most else f"{_plain(least)}-{_plain(most)}"


def _plain(number: Decimal | None) -> str:
    return "?" if number is None else f"{number.normalize():f}"
