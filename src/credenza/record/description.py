"""An award told to a reader: the elements of Annex I in the reader's language and national framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from credenza.record.award import Award
from credenza.record.concept import Concept
from credenza.record.micro_credential import MicroCredential
from credenza.record.organisation import IdentifierKind, Organisation
from credenza.record.text import UNSTATED
from credenza.vocabulary import country_of, national_levels, word

_COUNTRY_OF_LANGUAGE = {
    "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "es": "ES", "et": "EE", "fi": "FI", "fr": "FR",
    "ga": "IE", "hr": "HR", "hu": "HU", "it": "IT", "lt": "LT", "lv": "LV", "mt": "MT", "nl": "NL", "pl": "PL",
    "pt": "PT", "ro": "RO", "sk": "SK", "sl": "SI", "sv": "SE",
}  # fmt: skip


_WRITTEN = {
    IdentifierKind.EIDAS: "eIDAS",
    IdentifierKind.ERASMUS: "Erasmus",
    IdentifierKind.REGISTRATION: "Registration",
    IdentifierKind.TAX: "Tax",
}


@dataclass(frozen=True)
class Line:
    """One element as a reader sees it: its name, and its values, each a line."""

    key: str
    label: str
    values: tuple[str, ...]


def describe(award: Award, language: str, *, country: str | None = None) -> tuple[Line, ...]:
    """The award in this language; ``country`` (ISO alpha-2) is whose framework the level is compared with."""
    home = country or _COUNTRY_OF_LANGUAGE.get(language)
    told = _Teller(award, language, home)
    return tuple(Line(key, word(key, language), values) for key, values in told.lines() if values)


@dataclass(frozen=True)
class _Teller:
    award: Award
    language: str
    country: str | None

    @property
    def definition(self) -> MicroCredential:
        return self.award.micro_credential

    def lines(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        award, offered = self.award, self.definition
        learner = award.learner
        yield "learner", (learner.name,) if learner.name else ()
        yield "birth_date", (learner.birth_date.isoformat(),) if learner.birth_date else ()
        yield "title", self._title()
        yield "awarding_body", tuple(self._organisation(offered.awarding_body))
        yield "country_region", self._place(award.issuer)
        yield "date_of_issuing", (f"{award.issued:%Y-%m-%d}",) if award.issued else ()
        yield "valid_until", (f"{award.valid_until:%Y-%m-%d}",) if award.valid_until else ()
        yield "learning_outcomes", tuple(self._outcomes())
        yield "workload", self._workload()
        yield "level", tuple(self._levels())
        yield "assessment_type", tuple(self._assessments())
        yield "supervision", self._supervision()
        yield "grade", tuple(one.grade.best(self.language) for one in award.results if one.grade)
        yield "form_of_participation", self._labels(offered.participation)
        yield "quality_assurance", tuple(self._quality())
        yield "language", self._labels(offered.languages)
        yield "field", self._labels(offered.fields)
        yield "prerequisites", (offered.prerequisites.best(self.language),) if offered.prerequisites else ()
        yield "stackability", tuple(self._stackability())
        information = offered.further_information
        yield "further_information", (information.best(self.language),) if information else ()

    def _title(self) -> tuple[str, ...]:
        title = self.definition.title
        if title == UNSTATED:
            return ()
        return tuple(dict.fromkeys((title.best(self.language), title.best(self.award.language))))

    def _organisation(self, body: Organisation) -> Iterator[str]:
        if body.legal_name != UNSTATED:
            yield body.legal_name.best(self.language)
        for one in body.identifiers:
            yield f"{one.scheme_name or _WRITTEN.get(one.kind) or one.kind.value.upper()}: {one.value}"

    def _place(self, body: Organisation) -> tuple[str, ...]:
        if body.location is None:
            return ()
        parts = [*(region.label(self.language) for region in body.location.regions)]
        if body.location.country is not None:
            parts.append(body.location.country.label(self.language))
        return (", ".join(dict.fromkeys(parts)),) if parts else ()

    def _outcomes(self) -> Iterator[str]:
        for outcome in self.definition.learning_outcomes:
            kind = f"{outcome.kind.label(self.language)}: " if outcome.kind else ""
            skills = self._labels((*outcome.skills, *outcome.other_skills))
            more = f" [{', '.join(skills)}]" if skills else ""
            yield f"{kind}{outcome.title.best(self.language)}{more}"
        if self.definition.outcome_summary is not None:
            yield self.definition.outcome_summary.best(self.language)

    def _workload(self) -> tuple[str, ...]:
        credits = [f"{_plain(one.points)} {one.framework.notation}" for one in self.definition.credits]
        hours = self.definition.workload_hours
        if hours is not None:
            credits.append(f"{_plain(hours)} {word('hours', self.language)}")
        elif self.definition.workload is not None:
            credits.append(self.definition.workload)
        return (" = ".join(credits),) if credits else ()

    def _levels(self) -> Iterator[str]:
        offered = self.definition
        if offered.eqf_level is not None:
            yield f"{word('eqf', self.language)}: {offered.eqf_level.label(self.language)}"
        if offered.qf_ehea_cycle is not None:
            yield f"QF-EHEA: {offered.qf_ehea_cycle.label(self.language)}"
        for level in offered.nqf_levels:
            yield level.label(self.language)
        yield from self._reader_levels()

    def _reader_levels(self) -> Iterator[str]:
        level = self.definition.eqf_level
        if level is None or level.eqf is None or self.country is None:
            return
        if self.country in {country_of(one.uri) for one in self.definition.nqf_levels}:
            return  # the award says itself which of them it is
        for one in national_levels(level.eqf, self.country):
            yield f"{word('national_framework', self.language)} ({self.country}): {one.label(self.language)}"

    def _assessments(self) -> Iterator[str]:
        for one in self.definition.assessments:
            kind = one.kind.label(self.language) if one.kind else ""
            title = one.title.best(self.language)
            yield title if kind.casefold() in ("", title.casefold()) else f"{title} ({kind})"

    def _supervision(self) -> tuple[str, ...]:
        """With where it was, which the official terms leave to the mode of the assessment (Annex I, element 13)."""
        offered = self.definition.assessments
        stated = [
            (one.supervision, offered[one.assessment]) for one in self.award.results if one.assessment < len(offered)
        ]
        stated += [(one.supervision, one) for one in offered]
        told = ((label.label(self.language), one.mode) for label, one in stated if label is not None)
        return tuple(
            dict.fromkeys(f"{label}, {mode.label(self.language).lower()}" if mode else label for label, mode in told)
        )

    def _quality(self) -> Iterator[str]:
        for one in self.definition.all_quality_assurance:
            agency = one.agency.legal_name.best(self.language)
            reference = f" ({one.reference.kind.value.upper()} {one.reference.value})" if one.reference else ""
            yield f"{one.kind.label(self.language)}: {one.title.best(self.language)}, {agency}{reference}"

    def _stackability(self) -> Iterator[str]:
        stack = self.definition.stackability
        if stack is not None:
            how = word(stack.integration.value, self.language)
            yield how[:1].upper() + how[1:]
            yield from (f"→ {target.title.best(self.language)}" for target in stack.towards)

    def _labels(self, concepts: tuple[Concept, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.label(self.language) for one in concepts))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
