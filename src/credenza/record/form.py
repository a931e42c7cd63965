"""Forms that people fill in (TOML, JSON, web): each problem is named, located, and given the nearest term."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from pydantic import ValidationError

from credenza.errors import MalformedInput
from credenza.record.concept import Concept
from credenza.record.text import Text
from credenza.vocabulary import is_esco_uri, vocabulary

Built = TypeVar("Built")
_LARGEST_LIST = 500


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a form, and what was probably meant."""

    where: str
    code: str
    message: str
    suggestion: str | None = None


@dataclass
class Form:
    """A mapping read member by member; what nobody asked for is a problem too, never dropped."""

    data: Mapping[str, Any]
    language: str
    where: str = ""
    problems: list[Problem] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def take(self, name: str) -> Any:
        """The member as it is, or None."""
        self.asked.add(name)
        return self.data.get(name)

    def problem(self, name: str, code: str, message: str, suggestion: str | None = None) -> None:
        self.problems.append(Problem(self.place(name), code, message, suggestion))

    def place(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def line(self, name: str, *, required: bool = False) -> str | None:
        """One line of text; numbers are taken as text, as in ``registration = 12345``."""
        value = self.take(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.problem(name, "missing", f"{self.place(name)} is missing.")
            return None
        if not isinstance(value, str):
            self.problem(name, "wrong-type", f"{self.place(name)} must be a text.")
            return None
        return value.strip()

    def text(self, name: str, *, required: bool = False) -> Text | None:
        """A text in one language (the form's), or a table of texts by language."""
        value = self.take(name)
        if value is None:
            if required:
                self.problem(name, "missing", f"{self.place(name)} is missing.")
            return None
        texts = {self.language: value} if isinstance(value, str) else value
        if not isinstance(texts, Mapping) or not all(isinstance(one, str) for one in texts.values()):
            self.problem(name, "wrong-type", f"{self.place(name)} must be a text, or texts by language.")
            return None
        stripped = {language: one.strip() for language, one in texts.items()}
        return self.build(name, lambda: Text(stripped))

    def concept(self, name: str, terms: str, *, required: bool = False) -> Concept | None:
        """A controlled term by code, URI or label; a table ``{uri, label}`` is a term of the author's own."""
        value = self.take(name)
        if value is None:
            if required:
                self.problem(name, "missing", f"{self.place(name)} is missing.")
            return None
        return self._concept(name, value, terms)

    def concepts(self, name: str, terms: str) -> tuple[Concept, ...]:
        """One term or a list of terms."""
        value = self.take(name)
        values = [] if value is None else value if isinstance(value, list) else [value]
        found = (self._concept(name, one, terms) for one in values[:_LARGEST_LIST])
        return tuple(one for one in found if one is not None)

    def _concept(self, name: str, value: Any, terms: str) -> Concept | None:
        if isinstance(value, Mapping):
            uri, label = str(value.get("uri", "")), value.get("label")
            texts = {self.language: label} if isinstance(label, str) else label
            scheme = value.get("scheme")
            return self.build(name, lambda: Concept(uri=uri, scheme=scheme, labels=Text(texts) if texts else None))
        text = str(value).strip()
        if terms == "esco":
            if is_esco_uri(text):
                return Concept(uri=text, scheme="http://data.europa.eu/esco/concept-scheme/skills")
            self.problem(name, "term-unknown", f"{text!r} is not the URI of an ESCO skill.")
            return None
        home = vocabulary(terms)
        found = home.find(text)
        if found is not None:
            return Concept(uri=found.uri)
        near = ", ".join(f"{one.notation} ({one.label(self.language)})" for one in home.suggest(text))
        self.problem(name, "term-unknown", f"{text!r} is not a term of the list {terms}.", near or None)
        return None

    def decimal(self, name: str) -> Decimal | None:
        """A positive number."""
        value = self.take(name)
        if value is None:
            return None
        try:
            number = Decimal(str(value).strip().replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool) or not number.is_finite() or not 0 < number <= 10_000:
            self.problem(
                name, "number-invalid", f"{self.place(name)} must be a number above 0, not {str(value)[:40]!r}."
            )
            return None
        return number

    def instant(self, name: str) -> datetime | None:
        """A date (its beginning in UTC) or a time with its zone, as TOML has them or in ISO 8601."""
        value = self.take(name)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
            except ValueError:
                self.problem(name, "date-invalid", f"{value[:40]!r} is not a date such as 2026-11-24.")
                return None
        if value is None:
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC)
        self.problem(name, "date-invalid", f"{self.place(name)} must be a date such as 2026-11-24.")
        return None

    def form(self, name: str) -> Form | None:
        """A table inside this one."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(name, "wrong-type", f"{self.place(name)} must be a table.")
            return None
        return Form(value, self.language, self.place(name), self.problems)

    def forms(self, name: str) -> Iterator[Form]:
        """A list of tables; one table alone stands for a list of one."""
        value = self.take(name)
        values = [] if value is None else value if isinstance(value, list) else [value]
        for index, one in enumerate(values[:_LARGEST_LIST]):
            place = f"{self.place(name)}[{index + 1}]"
            if isinstance(one, Mapping):
                yield Form(one, self.language, place, self.problems)
            else:
                self.problems.append(Problem(place, "wrong-type", f"{place} must be a table."))

    def build(self, name: str, make: Callable[[], Built]) -> Built | None:
        """Make a value of the record; what its type refuses becomes problems here."""
        try:
            return make()
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                reason = one["msg"].removeprefix("Value error, ")
                self.problem(name, "value-invalid", f"{self.place(name)}: {reason}.")
            return None

    def finish(self) -> None:
        """Name the members that nobody asked for, with the nearest known name."""
        for name in self.data:
            if name not in self.asked:
                near = difflib.get_close_matches(name, self.asked, n=1)
                self.problem(name, "unknown-member", f"{self.place(name)} is not known.", near[0] if near else None)


def refuse(problems: list[Problem], code: str, what: str) -> None:
    """Raise all problems of a form at once, or do nothing where there are none.

    Raises:
        MalformedInput: with this code and ``problems``.
    """
    if problems:
        first, more = problems[0].message, len(problems) - 1
        if problems[0].suggestion:
            first = f"{first} Did you mean {problems[0].suggestion}?"
        message = (
            f"{what} cannot be read: {first} ({more} more problems)" if more else f"{what} cannot be read: {first}"
        )
        raise MalformedInput(code, message, problems=tuple(problems))
