"""One row of a class list: its cells read into a learner and results, every problem located in its cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

from pydantic import ValidationError

from credenza.record.award import Evidence, Learner, Result
from credenza.record.concept import Concept
from credenza.record.form import Problem
from credenza.record.micro_credential import MicroCredential
from credenza.record.organisation import Identifier, IdentifierKind
from credenza.record.text import Text
from credenza.vocabulary import vocabulary

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None

EXTRA_COLUMN = re.compile(r"(grade|supervision)_([2-9])\Z")
_ESI = re.compile(r"urn:schac:personalUniqueCode:int:esi:[^\s:]+:[^\s]+\Z", re.IGNORECASE)
_DID = re.compile(r"did:(key:z[1-9A-HJ-NP-Za-km-z]{40,200}|jwk:[A-Za-z0-9_-]{40,1500}|web:[A-Za-z0-9.%:_-]{3,250})\Z")
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\".]{2,}\Z")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\Z")
_OLDEST = 120


@dataclass(frozen=True)
class Row:
    """One good row: who, how well, when; ``number`` is the spreadsheet's own row number."""

    number: int
    learner: Learner
    results: tuple[Result, ...] = ()
    awarded: datetime | None = None
    valid_until: datetime | None = None
    identifiers: tuple[Identifier, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class BadRow:
    """One row that cannot be issued; each problem's ``where`` is the key of a column."""

    number: int
    problems: tuple[Problem, ...]


@dataclass
class RowReader:
    """Reads the cells of one row; ``seen`` remembers the learners of the rows before."""

    cells: Mapping[str, Cell]
    definition: MicroCredential
    today: date
    seen: dict[tuple[str, ...], int]
    problems: list[Problem] = field(default_factory=list)

    def read(self, number: int) -> Row | BadRow:
        learner = self._learner()
        self._refuse_formulas()
        results = self._results()
        awarded, until = self._date("awarded", latest=self.today), self._date("valid_until")
        if until is not None and until <= self.today:
            self._problem("valid_until", "date-impossible", "The credential would have expired already.")
        certificate, evidence = self._line("certificate_number"), self._evidence()
        if learner is not None and not self.problems:
            self._refuse_duplicate(learner, number)
        if learner is None or self.problems:
            return BadRow(number, tuple(self.problems))
        kind = IdentifierKind.CERTIFICATE_NUMBER
        try:
            identifiers = (Identifier(kind=kind, value=certificate),) if certificate else ()
        except ValidationError:
            problem = Problem(
                "certificate_number", "value-invalid", "The number contains characters that no text may have."
            )
            return BadRow(number, (problem,))
        return Row(number, learner, results, _instant(awarded), _instant(until), identifiers, evidence)

    def _problem(self, column: str, code: str, message: str, suggestion: str | None = None) -> None:
        self.problems.append(Problem(column, code, message, suggestion))

    def _learner(self) -> Learner | None:
        given, family, full = self._name("given_name"), self._name("family_name"), self._name("full_name")
        if not self.problems and not full and not (given and family):
            missing = "given_name" if not given else "family_name"
            self._problem(missing, "name-missing", "The learner's name is missing or incomplete.")
        birth, national = self.birth_date(), self._national_id()
        did = self._formed("learner_did", _DID, "did-invalid", "{value} is not a DID such as did:key:z6Mk...")
        not_esi = "{value} is not a European Student Identifier (urn:schac:...:esi:...)."
        esi = self._formed("esi", _ESI, "esi-invalid", not_esi)
        email = self._formed("email", _EMAIL, "email-invalid", "{value} is not an e-mail address.")
        number = self._line("student_number")
        if not (birth or national or did or esi) and not self.problems:
            where = next((key for key in ("birth_date", "national_id", "esi", "learner_did") if key in self.cells), "")
            self._problem(where, "identification-missing", "Nothing but the name identifies the learner.")
        identifiers = [(IdentifierKind.ESI, esi), (IdentifierKind.STUDENT_NUMBER, number)]
        if self.problems:
            return None
        try:
            return Learner(
                id=did,
                full_name=full,
                given_name=given,
                family_name=family,
                birth_date=birth,
                national_id=national,
                identifiers=tuple(Identifier(kind=kind, value=value) for kind, value in identifiers if value),
                email=email,
            )
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                self._problem(str(one["loc"][0]), "value-invalid", one["msg"].removeprefix("Value error, ") + ".")
            return None

    def _line(self, column: str) -> str | None:
        value = self.cells.get(column)
        if value is None or isinstance(value, bool):
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a student number that the spreadsheet keeps as 4711.0
        text = " ".join(unicodedata.normalize("NFC", str(value)).split())
        if len(text) > 500:
            self._problem(column, "text-too-long", "The cell holds more than 500 characters.")
            return None
        return text or None

    def _name(self, column: str) -> str | None:
        """A name has a letter of some script: what is all signs, or cannot be seen, names nobody."""
        text = self._line(column)
        return text if text and any(unicodedata.category(one).startswith("L") for one in text) else None

    def _refuse_formulas(self) -> None:
        for column, value in self.cells.items():
            if isinstance(value, str) and value.lstrip()[:1] in ("=", "@") and value.strip() not in ("=", "@"):
                self._problem(column, "cell-formula", "The cell holds a formula: give its value instead.")

    def _formed(self, column: str, form: re.Pattern[str], code: str, message: str) -> str | None:
        text = self._line(column)
        if text is not None and not form.match(text):
            self._problem(column, code, message.format(value=repr(text[:60])))
            return None
        return text

    def birth_date(self) -> date | None:
        """The learner's day of birth, where the row says one that can be read."""
        born = self._date("birth_date", latest=self.today)
        if born is not None and born.year < self.today.year - _OLDEST:
            self._problem("birth_date", "date-impossible", f"{born} is more than {_OLDEST} years ago.")
            return None
        return born

    def _national_id(self) -> Identifier | None:
        value, country = self._line("national_id"), self._term("national_id_country", "country")
        if value is None:
            return None
        if country is None:
            country = self.definition.awarding_body.country
        try:
            return Identifier(kind=IdentifierKind.NATIONAL_ID, value=value, country=country)
        except ValidationError:
            self._problem("national_id", "value-invalid", "The identifier contains characters that no text may have.")
            return None

    def _term(self, column: str, name: str) -> Concept | None:
        text = self._line(column)
        if text is None:
            return None
        found = vocabulary(name).find(text)
        if found is None:
            near = ", ".join(f"{one.notation} ({one.label('en')})" for one in vocabulary(name).suggest(text))
            self._problem(column, "term-unknown", f"{text[:60]!r} is not a term of the list {name}.", near or None)
            return None
        return Concept(uri=found.uri)

    def _date(self, column: str, *, latest: date | None = None) -> date | None:
        value = self.cells.get(column)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, str) and value.strip():
            value = self._date_of_text(column, value.strip())
        elif value is not None and not isinstance(value, date | str):
            self._problem(column, "date-invalid", f"{value!r} is a number, not a date: write 2001-05-31.")
        if not isinstance(value, date):
            return None
        if latest is not None and value > latest:
            self._problem(column, "date-impossible", f"{value} lies in the future.")
            return None
        return value

    def _date_of_text(self, column: str, text: str) -> date | None:
        try:
            if dotted := _DOTTED.match(text):
                return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
            if slashed := _SLASHED.match(text):
                first, second, year = (int(part) for part in slashed.groups())
                if first <= 12 and second <= 12 and first != second:
                    both = f"{year:04}-{second:02}-{first:02} or {year:04}-{first:02}-{second:02}"
                    self._problem(column, "date-ambiguous", f"{text!r} can be read in two ways.", both)
                    return None
                return date(year, second, first) if first > 12 or first == second else date(year, first, second)
            return date.fromisoformat(text[:10]) if len(text) in (10, 19) else date.fromisoformat(text)
        except ValueError:
            self._problem(column, "date-invalid", f"{text[:40]!r} is not a date such as 2001-05-31.")
            return None

    def _results(self) -> tuple[Result, ...]:
        found = []
        for index in range(max(len(self.definition.assessments), 1)):
            suffix = "" if index == 0 else f"_{index + 1}"
            grade, supervision = self._line(f"grade{suffix}"), self._term(f"supervision{suffix}", "supervision")
            if grade is None and supervision is None:
                continue
            if index >= len(self.definition.assessments):
                self._problem("grade", "grade-without-assessment", "The definition describes no assessment.")
                continue
            found.append(Result(assessment=index, grade=self._grade(grade, suffix), supervision=supervision))
        for column in self.cells:
            extra = EXTRA_COLUMN.match(column)
            if extra and int(extra[2]) > len(self.definition.assessments) and self._line(column):
                self._problem(column, "grade-without-assessment", "The definition describes fewer assessments.")
        return tuple(found)

    def _grade(self, grade: str | None, suffix: str) -> Text | None:
        try:
            return Text.of(grade) if grade is not None else None
        except ValidationError:
            self._problem(f"grade{suffix}", "value-invalid", "The grade contains characters that no text may have.")
            return None

    def _evidence(self) -> tuple[Evidence, ...]:
        url = self._line("evidence_url")
        if url is None:
            return ()
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc or " " in url:
            self._problem("evidence_url", "url-invalid", f"{url[:60]!r} is not a web address (https://...).")
            return ()
        try:
            return (Evidence(url=url),)
        except ValidationError:
            self._problem("evidence_url", "url-invalid", f"{url[:60]!r} is not a web address (https://...).")
            return ()

    def _refuse_duplicate(self, learner: Learner, number: int) -> None:
        for key in learner_keys(learner):
            first = self.seen.setdefault(key, number)
            if first != number:
                self._problem("", "duplicate-learner", f"The same learner is already in row {first}.")
                return


def learner_keys(learner: Learner) -> tuple[tuple[str, ...], ...]:
    """By what a learner is recognised as the same: DID, ESI, national identifier; else name and birth date."""
    keys: list[tuple[str, ...]] = []
    if learner.id is not None:
        keys.append(("did", learner.id))
    if learner.esi is not None:
        keys.append(("esi", learner.esi.casefold()))
    if learner.national_id is not None:
        country = learner.national_id.country.uri if learner.national_id.country else ""
        keys.append(("national-id", country, learner.national_id.value.casefold()))
    if not keys:
        keys.append(("name", (learner.name or "").casefold(), str(learner.birth_date or "")))
    return tuple(keys)


def _instant(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
