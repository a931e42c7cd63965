"""Claims of quality assurance checked against reports of DEQAR: agency, decision, dates, institution, scope.

Codes answered: ``register-confirms``; contradicted: ``register-reference-twofold``, ``register-agency-differs``,
``register-decision-negative``, ``register-not-in-force``, ``register-other-institution``, ``register-kind-differs``,
``register-level-differs``, ``register-workload-differs``;
unknown: ``register-no-reference``, ``register-report-unknown``, ``register-no-decision``,
``register-flagged``, ``register-institution-not-tied``, ``register-programme-not-named``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from credenza.recognition.deqar import (
    Decision,
    QualityReport,
    RegisteredInstitution,
    RegisteredProgramme,
    report_id,
)
from credenza.recognition.register import RegisterAnswer, RegisterOutcome
from credenza.record import Accreditation, Award, Identifier, IdentifierKind, Organisation, Text

Found: TypeAlias = tuple[RegisterOutcome, str, str]
_RESOURCES = {
    IdentifierKind.DEQAR: ("deqar",),
    IdentifierKind.ETER: ("eter", "eter id"),
    IdentifierKind.PIC: ("eu-pic",),
    IdentifierKind.VAT: ("eu-vat",),
    IdentifierKind.SCHAC: ("schac",),
    IdentifierKind.ERASMUS: ("erasmus", "erasmus-charter"),
    IdentifierKind.ROR: ("ror",),
    IdentifierKind.DID: ("did-ebsi",),
}
_CHECKED, _AGAINST, _UNKNOWN = RegisterOutcome.CHECKED, RegisterOutcome.CONTRADICTED, RegisterOutcome.UNKNOWN


class DeqarRegister:
    """Fulfils ``recognition.register.QualityRegister`` from reports, and institutions with all their identifiers."""

    def __init__(self, reports: Iterable[QualityReport], institutions: Iterable[RegisteredInstitution] = ()) -> None:
        self._reports = {one.id: one for one in reports}
        self._institutions = {one.id: one for one in institutions}

    def answer(self, claim: Accreditation, award: Award) -> RegisterAnswer:
        """What the register says about a claim for the day on which the award was made."""
        named = _named(claim)
        report = self._reports.get(next(iter(named))) if len(named) == 1 else None
        outcome, code, reason = self._judged(claim, award, named, report)
        return RegisterAnswer(
            accreditation=claim.id,
            outcome=outcome,
            code=code,
            reason=reason,
            source=report.permalink if report else "DEQAR",
            conditions=report is not None and report.decision is Decision.WITH_CONDITIONS,
            obligatory=report.obligatory if report else None,
            valid_to=report.valid_to if report else None,
        )

    def _judged(self, claim: Accreditation, award: Award, named: set[int], report: QualityReport | None) -> Found:
        if len(named) > 1:
            return _AGAINST, "register-reference-twofold", "The claim names two different reports as one."
        if not named:
            return _UNKNOWN, "register-no-reference", "The claim names no report of the register."
        if report is None:
            return _UNKNOWN, "register-report-unknown", f"The register has no report {next(iter(named))}."
        findings = [
            *_of_report(claim, award, report),
            *self._of_institution(award, report),
            *_of_scope(claim, award, report),
        ]
        for outcome in (_AGAINST, _UNKNOWN):
            for one in findings:
                if one[0] is outcome:
                    return one
        agency = report.agencies[0] if report.agencies else "The agency"
        told = f"{agency} decided {report.decision.value}, valid {report.valid_from} to {report.valid_to}."
        return _CHECKED, "register-confirms", told

    def _of_institution(self, award: Award, report: QualityReport) -> Iterator[Found]:
        """The awarding body must be one that the report covers: by its name, with no identifier that speaks against it."""
        body = award.micro_credential.awarding_body
        covered = [self._institutions.get(one.id, one) for one in report.institutions]
        ties = [_tied(body, one) for one in covered]
        if any(ties):
            return
        if any(one is False for one in ties) and all(one is not None for one in ties):
            reason = f"Report {report.id} is about {', '.join(one.names[0] for one in covered if one.names)}."
            yield _AGAINST, "register-other-institution", reason
        else:
            reason = f"Nothing shows that report {report.id} is about the awarding body."
            yield _UNKNOWN, "register-institution-not-tied", reason


def _named(claim: Accreditation) -> set[int]:
    """The reports that a claim names, by its reference and by its own id."""
    references = [claim.reference.value] if claim.reference and claim.reference.kind is IdentifierKind.DEQAR else []
    if "eqar.eu/report/" in claim.id:
        references.append(claim.id)
    return {number for one in references if (number := report_id(one)) is not None}


def _of_report(claim: Accreditation, award: Award, report: QualityReport) -> Iterator[Found]:
    names = {_plain(one) for one in report.agencies}
    if names and not names & _names(claim.agency.legal_name, claim.agency.other_names):
        yield _AGAINST, "register-agency-differs", f"Report {report.id} is by {report.agencies[0]}."
    if report.decision is Decision.NEGATIVE:
        yield _AGAINST, "register-decision-negative", f"The decision of report {report.id} is negative."
    if report.decision is Decision.NOT_APPLICABLE:
        yield _UNKNOWN, "register-no-decision", f"Report {report.id} comes without a decision."
    if report.flagged:
        yield _UNKNOWN, "register-flagged", f"The register itself flags report {report.id} as doubtful."
    made = award.awarded or award.issued
    if made is None:
        yield _UNKNOWN, "register-not-in-force", "The credential does not say when the award was made."
    elif not report.valid_from <= made.date() <= report.valid_to:
        valid = f"Report {report.id} is valid {report.valid_from} to {report.valid_to}; the award is of {made.date()}."
        yield _AGAINST, "register-not-in-force", valid


def _of_scope(claim: Accreditation, award: Award, report: QualityReport) -> Iterator[Found]:
    """An institutional report covers what the institution awards; a programme report the programmes that it names."""
    institutional, of_programme = "institutional" in report.activity_type, "programme" in report.activity_type
    kind = claim.kind.notation
    if (kind.startswith("institutional") and not institutional) or (kind.startswith("programme") and not of_programme):
        yield _AGAINST, "register-kind-differs", f"Report {report.id} is of the kind {report.activity_type!r}."
        return
    if institutional and not kind.startswith("programme"):
        return
    offered = award.micro_credential
    named = [one for one in report.programmes if _is_programme(one, offered.title, offered.id, offered.identifiers)]
    if not named:
        reason = f"Report {report.id} does not name this micro-credential among its programmes."
        yield _UNKNOWN, "register-programme-not-named", reason
        return
    level = offered.eqf_level.eqf if offered.eqf_level else None
    levels, workloads = {one.eqf_level for one in named}, {one.ects for one in named}
    if level is not None and None not in levels and level not in levels:
        yield _AGAINST, "register-level-differs", f"Report {report.id} is about a programme of another level."
    if offered.ects is not None and None not in workloads and offered.ects not in workloads:
        yield _AGAINST, "register-workload-differs", f"Report {report.id} is about a programme of another workload."


def _is_programme(
    programme: RegisteredProgramme, title: Text, definition_id: str, identifiers: tuple[Identifier, ...]
) -> bool:
    known = {definition_id, *(one.value for one in identifiers)}
    return bool(known & set(programme.identifiers)) or bool(_names(title, None) & set(map(_plain, programme.names)))


def _tied(body: Organisation, institution: RegisteredInstitution) -> bool | None:
    """Whether they are one institution; None where it cannot be told.

    A seal backs the name of its owner. An identifier is what the owner says of itself, and never enough alone.
    """
    theirs = {(kind.lower(), value.casefold()) for kind, value in institution.identifiers}
    if institution.deqar_id:
        theirs.add(("deqar", institution.deqar_id.casefold()))
    compared = equal = False
    for one in body.identifiers:
        resources = _RESOURCES.get(one.kind, ())
        equal = equal or any((resource, one.value.casefold()) in theirs for resource in resources)
        compared = compared or any(kind in resources for kind, _ in theirs)
    if compared and not equal:
        return False
    return True if _names(body.legal_name, None) & set(map(_plain, institution.names)) else None


def _names(legal: Text, other: Text | None) -> set[str]:
    return {_plain(name) for text in (legal, other) if text is not None for name in text.root.values()}


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
