"""A verification report as a page for people: one sentence first, then what was learned, then why to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from credenza.record import Award, MicroCredential
from credenza.record.annex_i_tables import Severity
from credenza.record.description import Line
from credenza.service.described import described
from credenza.service.telling import said, told_or_english
from credenza.service.verification import trusted_lists
from credenza.verifying.report import PARTS, STATUS_NOT_USED, Check, PartReport, Verdict, VerificationReport
from credenza.vocabulary import word

_FACTS = ("workload", "level", "assessment_type", "form_of_participation", "quality_assurance", "valid_until")
_HEAD = ("title", "learner", "birth_date", "awarding_body", "country_region", "date_of_issuing", "learning_outcomes")
_TOWARDS = "stackability"
DATES = frozenset({"date_of_issuing", "valid_until"})
_TOLD_BY = {
    "validity": DATES,
    "accreditation": frozenset({"quality_assurance"}),
    PARTS: frozenset({"learning_outcomes"}),
}
"""The fields that the reason of a check says something of, beside those that the standard's findings are about."""
_ALSO_ABOUT = {"title-not-in-language-of-instruction": "language", "validity-ends-before-it-begins": "valid_until"}
_WITHHELD = gettext_noop("The holder chose not to show what this check looked at.")
_CLAIMS = ("accreditation", "validity", "status", "standard")
_DECISIVE = ("format", "proof", "issuer", "validity", "status")
_NAMES: dict[str, str] = {
    "format": gettext_noop("The file is a well-formed credential"),
    "proof": gettext_noop("Nobody changed it since it was sealed"),
    "issuer": gettext_noop("The issuer is who it says"),
    "owner": gettext_noop("It belongs to the person who shows it"),
    "accreditation": gettext_noop("The provider was accredited for it"),
    "validity": gettext_noop("It is within its dates"),
    "status": gettext_noop("It has not been revoked or suspended"),
    "parts": gettext_noop("The credentials that it was made of stand too"),
    "standard": gettext_noop("It says all that the European standard asks"),
}
_SOURCES: dict[str, str] = {
    "format": gettext_noop("Read from the file itself"),
    "proof": gettext_noop("Computed here from the file and the issuer's public key"),
    "owner": gettext_noop("Only the holder's own wallet can prove this"),
    "accreditation": gettext_noop("As the credential itself states it"),
    "validity": gettext_noop("The dates in the credential, and the time of this check"),
    "status": gettext_noop("The issuer's published status list, read now"),
    "parts": gettext_noop("Each sealed credential inside, checked like this one"),
    "standard": gettext_noop("Annex I of Council Recommendation 2022/C 243/02"),
}
_DECISION = (
    gettext_noop("It says all that a decision on recognition must"),
    gettext_noop("Lisbon Recognition Convention, articles III.5 and VI.1"),
)
_OUTCOMES: dict[str, tuple[str, str]] = {
    "passed": ("check", gettext_noop("Yes")),
    "warning": ("warning", gettext_noop("With care")),
    "failed": ("cross", gettext_noop("No")),
    "not_checked": ("question", gettext_noop("Not checked")),
}


@dataclass(frozen=True)
class VerdictBanner:
    """The one sentence: ``kind`` is valid, but, invalid or unsure; ``icon`` and words say it, never colour alone."""

    kind: str
    icon: str
    word: str
    sentence: str


@dataclass(frozen=True)
class ShownCheck:
    """One check in plain words, with where its answer comes from."""

    name: str
    title: str
    outcome: str
    icon: str
    word: str
    reason: str
    source: str
    code: str


@dataclass(frozen=True)
class ShownOutcome:
    """A learning outcome with its skills."""

    title: str
    kind: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class ShownPart:
    """An award inside a larger one, by whom it was issued, and how its own check ended."""

    title: str
    issuer: str
    outcome: str
    icon: str
    word: str
    reason: str


@dataclass(frozen=True)
class CredentialPage:
    """All that the page shows; ``trusted`` is False where the seal is not sound, and then nothing is shown as a fact."""

    banner: VerdictBanner
    checked_at: datetime
    trusted: bool
    format: str
    award: Award | None
    lines: dict[str, Line]
    facts: tuple[Line, ...]
    outcomes: tuple[ShownOutcome, ...]
    outcome_summary: str
    more: tuple[Line, ...]
    towards: Line | None
    checks: tuple[ShownCheck, ...]
    evidence: tuple[tuple[str, str], ...]
    not_carried: tuple[str, ...]
    hidden: frozenset[str]
    from_here: bool = False
    parts: tuple[ShownPart, ...] = ()

    @property
    def to_keep(self) -> bool:
        """Whether it is to be had as a sealed file of the shown fields, which says its dates openly."""
        return self.trusted and self.from_here and not self.hidden & DATES

    @property
    def hidden_note(self) -> str:
        """How much the holder kept back."""
        told = ngettext(
            "The holder chose not to show %(hidden)s field.",
            "The holder chose not to show %(hidden)s fields.",
            len(self.hidden),
        )
        return told % {"hidden": len(self.hidden)}


def page_of(
    report: VerificationReport,
    *,
    language: str,
    country: str | None = None,
    checked_at: datetime,
    shown: frozenset[str] | None = None,
    from_here: bool = False,
) -> CredentialPage:
    """The page of a report in a reader's language; ``shown`` names the fields that a holder chose to show (None: all).

    ``from_here`` says that this site issued it, and so has it in every format.
    """
    award = report.award
    told_lines = described(award, language, country=country) if award is not None else ()
    lines = {line.key: line for line in told_lines if shown is None or line.key in shown}
    hidden = frozenset(line.key for line in told_lines) - lines.keys()
    more = tuple(line for key, line in lines.items() if key not in (*_FACTS, *_HEAD, _TOWARDS))
    told = shown is None or "learning_outcomes" in shown
    report = _withheld(report, hidden if told else hidden | {"learning_outcomes"})
    offered = award.micro_credential if award is not None and told else None
    summary = offered.outcome_summary if offered is not None else None
    trusted = report.check("proof").outcome == "passed" and report.check("format").outcome == "passed"
    proven = shown is None or "further_information" in shown
    return CredentialPage(
        banner=banner_of(report),
        checked_at=checked_at,
        trusted=trusted,
        format=report.format,
        award=award,
        lines=lines,
        facts=tuple(_facts(award, lines, language)),
        outcomes=tuple(outcomes_of(offered, language)) if offered is not None else (),
        outcome_summary=summary.best(language) if summary is not None else "",
        more=more,
        towards=lines.get(_TOWARDS),
        checks=tuple(_shown(check, trusted=trusted) for check in report.checks),
        evidence=tuple(_evidence(award, language)) if award is not None and proven else (),
        not_carried=report.not_carried,
        hidden=hidden,
        from_here=from_here,
        parts=tuple(_part(one, language) for one in report.parts) if told else (),
    )


def _withheld(report: VerificationReport, hidden: frozenset[str]) -> VerificationReport:
    """The report with no reason that says what a hidden field does; how each check ended stays."""
    found = [one for one in report.standard if one.severity is not Severity.ADVICE]
    lacking = {one.element.key for one in found} | {_ALSO_ABOUT.get(one.code, "") for one in found}
    told_by = _TOLD_BY | {"standard": frozenset(lacking)}
    told = (
        replace(check, reason=_WITHHELD) if hidden & told_by.get(check.name, frozenset()) else check
        for check in report.checks
    )
    return replace(report, checks=tuple(told))


def banner_of(report: VerificationReport) -> VerdictBanner:
    """The verdict in one sentence; what could not be asked is never shown as valid."""
    failed = [one for one in report.checks if one.outcome == "failed" and one.name != "standard"]
    if report.verdict is Verdict.FAILED:
        return VerdictBanner("invalid", "cross", _("Not valid"), told_or_english(failed[0].reason))
    decisive = [one for one in report.checks if one.name in (*_DECISIVE, PARTS)]
    unknown = [one for one in decisive if one.outcome == "not_checked" and one.code != STATUS_NOT_USED]
    if unknown:
        return VerdictBanner("unsure", "question", _("Cannot tell"), told_or_english(unknown[0].reason))
    careful = [one for one in report.checks if one.outcome == "warning"]
    careful += [one for one in report.checks if one.name == "standard" and one.outcome == "failed"]
    careful.sort(key=lambda one: one.name not in _DECISIVE)
    if careful:
        return VerdictBanner("but", "warning", _("Valid, but read on"), told_or_english(careful[0].reason))
    return VerdictBanner("valid", "check", _("Valid"), _("It is genuine, unchanged, and in force."))


def _part(part: PartReport, language: str) -> ShownPart:
    icon, answer = _OUTCOMES[part.finding.outcome]
    award = part.report.award if part.report is not None else None
    title = award.micro_credential.title.best(language) if award is not None else part.title
    issuer = award.issuer.legal_name.best(language) if award is not None else ""
    return ShownPart(title, issuer, part.finding.outcome, icon, said(answer), told_or_english(part.finding.reason))


def _facts(award: Award | None, lines: dict[str, Line], language: str) -> Iterator[Line]:
    """The strip of facts; that a credential does not expire is one."""
    yield from (lines[key] for key in _FACTS if key in lines)
    if award is not None and award.valid_until is None:
        yield Line("valid_until", word("valid_until", language), (_("It does not expire"),))


def _shown(check: Check, *, trusted: bool) -> ShownCheck:
    """Where the seal is not sound, what would pass by the file's own words is no more than a claim."""
    claimed = not trusted and check.name in _CLAIMS and check.outcome == "passed"
    outcome = "not_checked" if claimed else check.outcome
    icon, answer = _OUTCOMES[outcome]
    if claimed:
        answer = gettext_noop("Only claimed")
    stand = check.name == PARTS and check.outcome == "passed"
    reason = _("Each credential inside was checked, and stands.") if stand else told_or_english(check.reason)
    decides = check.code in ("decision-complete", "decision-incomplete")
    title, source = _DECISION if decides else (_NAMES[check.name], _SOURCES.get(check.name))
    source = trusted_lists.told(timezone.now()) if source is None else said(source)
    return ShownCheck(check.name, said(title), outcome, icon, said(answer), reason, source, check.code)


def outcomes_of(offered: MicroCredential, language: str) -> Iterator[ShownOutcome]:
    """The learning outcomes with their skills, in a reader's language."""
    for outcome in offered.learning_outcomes:
        skills = (*outcome.skills, *outcome.other_skills)
        yield ShownOutcome(
            outcome.title.best(language),
            outcome.kind.label(language) if outcome.kind else "",
            tuple(dict.fromkeys(skill.label(language) for skill in skills)),
        )


def _evidence(award: Award, language: str) -> Iterator[tuple[str, str]]:
    """Addresses that a person can open: http and https only, whatever the credential says."""
    for one in award.evidence:
        if one.url.startswith(("https://", "http://")):
            yield one.url, one.title.best(language) if one.title else one.url
