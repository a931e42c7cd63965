"""Reports of external quality assurance in the shape of the DEQAR web API (v2, ``/browse/reports/``).

One report, a list of reports, or a page ``{"results": [...]}``; members that are not needed are passed over, because
the API grows. A blank ``valid_to`` stands for six years from ``valid_from`` (DEQAR, report data elements: validity).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.record.text import Frozen

LARGEST_FILE = 100_000_000
_YEARS_WHERE_BLANK = 6
_EQF_OF_CYCLE = {
    "short cycle": 5, "first cycle": 6, "second cycle": 7, "third cycle": 8, "0": 5, "1": 6, "2": 7, "3": 8,
}  # fmt: skip
_PERMALINK = re.compile(r"(?:https://(?:data|www)\.(?:deqar|eqar)\.eu/report/|DEQAR-?)?0*(\d{1,9})/?\Z", re.IGNORECASE)


class Decision(StrEnum):
    """The final result of the procedure, in DEQAR's words."""

    POSITIVE = "positive"
    WITH_CONDITIONS = "positive with conditions or restrictions"
    NEGATIVE = "negative"
    NOT_APPLICABLE = "not applicable"


class RegisteredInstitution(Frozen):
    """An institution that a report covers; ``identifiers`` are ``resource: identifier`` as DEQAR has them."""

    id: str
    deqar_id: str | None = None
    names: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()


class RegisteredProgramme(Frozen):
    """A programme that a report covers; ``eqf_level`` is that of its QF-EHEA cycle, ``ects`` its workload."""

    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    eqf_level: int | None = None
    ects: Decimal | None = None


class QualityReport(Frozen):
    """One report with its decision; ``activity_type`` is institutional, programme, joint programme, or both."""

    id: int
    agencies: tuple[str, ...]
    activity_type: str
    decision: Decision
    obligatory: bool
    valid_from: date
    valid_to: date
    institutions: tuple[RegisteredInstitution, ...]
    programmes: tuple[RegisteredProgramme, ...] = ()
    flagged: bool = False

    @property
    def permalink(self) -> str:
        return f"https://data.deqar.eu/report/{self.id}"


def report_id(reference: str) -> int | None:
    """The number of a report in a reference: ``4711``, ``000786``, or DEQAR's permalink."""
    found = _PERMALINK.match(reference.strip())
    return int(found[1]) if found else None


def next_page(data: bytes) -> str | None:
    """The address of the next page of a list, None where it is the last."""
    page = strict_json.loads(data, maximum_bytes=LARGEST_FILE)
    following = page.get("next") if isinstance(page, dict) else None
    return following if isinstance(following, str) else None


def read_reports(data: bytes) -> tuple[QualityReport, ...]:
    """The reports of a file or an answer.

    Raises:
        MalformedInput: ``register-malformed`` with the place of the fault, and those of JSON.
    """
    found = strict_json.loads(data, maximum_bytes=LARGEST_FILE)
    if isinstance(found, dict):
        found = found.get("results", [found])
    if not isinstance(found, list):
        raise _malformed("the file", "it is no list of reports")
    return tuple(_report(one, f"report {number}") for number, one in enumerate(found, start=1))


def _report(data: Any, place: str) -> QualityReport:
    if not isinstance(data, Mapping):
        raise _malformed(place, "it is no object")
    number = report_id(str(data.get("id", "")))
    if number is None:
        raise _malformed(place, "its id is no number")
    place = f"report {number}"
    decision = data.get("decision")
    if decision not in tuple(Decision):
        raise _malformed(place, f"its decision is {str(decision)[:40]!r}")
    started = _day(data.get("valid_from"), place)
    if started is None:
        raise _malformed(place, "it has no valid_from")
    ended = _day(data.get("valid_to"), place) or _day(data.get("valid_to_calculated"), place)
    agencies = [data.get("agency_name"), data.get("agency_acronym")]
    for other in _objects(data.get("contributing_agencies")):
        agencies += [other.get("agency_name"), other.get("agency_acronym")]
    return QualityReport(
        id=number,
        agencies=_texts(agencies),
        activity_type=str(data.get("agency_esg_activity_type") or "").lower(),
        decision=Decision(decision),
        obligatory=str(data.get("status") or "").lower().startswith("part of obligatory"),
        valid_from=started,
        valid_to=ended or _years_later(started, _YEARS_WHERE_BLANK),
        institutions=tuple(_institution(one) for one in _objects(data.get("institutions"))),
        programmes=tuple(_programme(one) for one in _objects(data.get("programmes"))),
        flagged="high" in str(data.get("flag") or data.get("flag_level") or "").lower(),
    )


def read_institutions(data: bytes) -> tuple[RegisteredInstitution, ...]:
    """Institutions with all their names and identifiers (``/browse/institutions/``).

    Raises:
        MalformedInput: ``register-malformed``, and those of JSON.
    """
    found = strict_json.loads(data, maximum_bytes=LARGEST_FILE)
    if isinstance(found, dict):
        found = found.get("results", [found])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and "id" in one for one in found):
        raise _malformed("the file", "it is no list of institutions")
    return tuple(_institution(one) for one in found)


def _institution(data: Mapping[str, Any]) -> RegisteredInstitution:
    names = [data.get(name) for name in ("name_primary", "name_official_display", "name_official")]
    for one in _objects(data.get("names")):
        names += [one.get("name_official"), one.get("name_english"), one.get("name_official_transliterated")]
    identifiers = [(one.get("resource"), one.get("identifier")) for one in _objects(data.get("identifiers"))]
    if isinstance(eter := data.get("eter_id"), str):
        identifiers.append(("ETER", eter))
    told = tuple((kind, value) for kind, value in identifiers if isinstance(kind, str) and isinstance(value, str))
    deqar_id = data.get("deqar_id")
    return RegisteredInstitution(
        id=str(data.get("id", "")),
        deqar_id=deqar_id if isinstance(deqar_id, str) else None,
        names=_texts(names),
        identifiers=told,
    )


def _programme(data: Mapping[str, Any]) -> RegisteredProgramme:
    names = [data.get("name_primary"), *(one.get("name") for one in _objects(data.get("programme_names")))]
    identifiers = (one.get("identifier") for one in _objects(data.get("programme_identifiers")))
    return RegisteredProgramme(
        names=_texts(names),
        identifiers=_texts(identifiers),
        eqf_level=_EQF_OF_CYCLE.get(str(data.get("qf_ehea_level", "")).lower()),
        ects=_number(data.get("workload_ects")),
    )


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number <= 10_000 else None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else iter(())


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in values if isinstance(one, str) and one.strip()))


def _day(value: Any, place: str) -> date | None:
    """A date, also one that is written as a time (the search end point has ``2018-01-01T00:00:00Z``)."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise _malformed(place, f"{str(value)[:40]!r} is no date") from error


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _malformed(place: str, fault: str) -> MalformedInput:
    return MalformedInput("register-malformed", f"The register's data cannot be read: {place}: {fault}.")
