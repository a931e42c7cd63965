"""The awards inside a larger one: each sealed credential is verified itself, and must be what the larger award says."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from typing import TypeAlias

from credenza.errors import MalformedInput
from credenza.finding import Finding, failed, not_checked, passed, warning
from credenza.record import Award, AwardPart
from credenza.verifying.report import PartReport, Verdict, VerificationReport

VerifyPart: TypeAlias = Callable[[bytes], VerificationReport]
"""Verifies the sealed bytes of a part; raises MalformedInput where they are no credential."""

DEEPEST = 4
_UNSAID = ("urn:credenza:undisclosed", "urn:credenza:unnamed", "urn:credenza:sha256:")


def part_reports(award: Award | None, verify_part: VerifyPart, *, depth: int) -> tuple[PartReport, ...]:
    """A report about each part; parts of parts are looked into ``DEEPEST`` levels down."""
    parts = award.parts if award is not None else ()
    return tuple(_one(part, award, verify_part, depth) for part in parts if award is not None)


def _one(part: AwardPart, whole: Award, verify_part: VerifyPart, depth: int) -> PartReport:
    title = part.micro_credential.title.best("en")
    if part.sealed is None:
        finding = not_checked("part-not-included", f"The sealed credential of ‘{title}’ is not inside.")
        return PartReport(part.id, title, finding)
    sealed = part.sealed_bytes
    if part.digest is not None and hashlib.sha256(sealed).hexdigest() != part.digest:
        return PartReport(part.id, title, failed("part-altered", f"The credential of ‘{title}’ was changed."))
    if depth >= DEEPEST:
        finding = not_checked("parts-too-deep", f"‘{title}’ lies too deep inside to be looked into.")
        return PartReport(part.id, title, finding)
    try:
        report = verify_part(sealed)
    except MalformedInput as error:
        return PartReport(part.id, title, failed(error.code, f"‘{title}’ cannot be read: {error.message}"))
    worst = next(iter(_faults(part, whole, report, title)), None)
    return PartReport(part.id, title, worst or passed("part-verified", f"‘{title}’ is verified."), report)


def _faults(part: AwardPart, whole: Award, report: VerificationReport, title: str) -> Iterator[Finding]:
    """What speaks against a part, the worst first."""
    if report.verdict is Verdict.FAILED:
        check = next(one for one in report.checks if one.outcome == "failed" and one.name != "standard")
        yield failed("part-failed", f"‘{title}’ did not pass: {check.reason}")
        return
    if report.award is None:
        yield not_checked("part-not-checked", f"‘{title}’ could not be checked.")
        return
    if not _says_the_same(part, report.award):
        yield failed("part-contradiction", f"The larger award says something else of ‘{title}’ than its credential.")
    yield from _owner(whole, report.award, title)
    if report.verdict is not Verdict.VERIFIED:
        yield not_checked("part-partially-verified", f"Not all of ‘{title}’ could be checked.")


def _says_the_same(part: AwardPart, sealed: Award) -> bool:
    said, meant = part.micro_credential, sealed.micro_credential
    pairs = [(part.id, sealed.id), (said.id, meant.id)]
    named = all(one == other or one.startswith(_UNSAID) or other.startswith(_UNSAID) for one, other in pairs)
    facts = [(said.ects, meant.ects), (said.eqf_level, meant.eqf_level), (part.awarded, sealed.awarded)]
    return named and all(said_fact is None or said_fact == meant_fact for said_fact, meant_fact in facts)


def _owner(whole: Award, sealed: Award, title: str) -> Iterator[Finding]:
    born, own = whole.learner.birth_date, sealed.learner.birth_date
    if born is not None and own is not None and born != own:
        yield failed("part-of-another-person", f"‘{title}’ is of a person with another birth date.")
    elif whole.learner.id is None or whole.learner.id != sealed.learner.id:
        names = [_folded(one.name) for one in (whole.learner, sealed.learner)]
        if names[0] != names[1]:
            yield warning("part-of-another-name", f"‘{title}’ is of a person with another name.")


def _folded(name: str | None) -> list[str]:
    plain = unicodedata.normalize("NFKD", (name or "").casefold())
    letters = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return sorted(letters.split())
