"""What the core names by codes, in words that people read, with the icon and the look that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.recognition.case import Case as CoreCase
from credenza.service.accounts.models import User


@dataclass(frozen=True)
class Word:
    """A state as it is shown: a class of the design system, an icon and words, never colour alone."""

    look: str
    icon: str
    text: str | Promise


@dataclass(frozen=True)
class Happened:
    """One line of a case's history."""

    look: str
    text: str | Promise
    note: str
    who: str | Promise
    at: datetime


STATES: dict[str, Word] = {
    "received": Word("new", "mail", _("Received")),
    "information-requested": Word("warn", "question", _("Waiting for the applicant")),
    "under-assessment": Word("new", "eye", _("Being assessed")),
    "second-reading": Word("new", "eye", _("Second reading")),
    "decided": Word("good", "check", _("Decided")),
    "appealed": Word("warn", "scales", _("Appealed")),
    "decided-on-appeal": Word("good", "check", _("Decided on appeal")),
    "withdrawn": Word("unknown", "cross", _("Withdrawn")),
}
OUTCOMES: dict[str, Word] = {
    "full": Word("good", "check", _("Recognised in full")),
    "partial": Word("warn", "check", _("Recognised in part")),
    "with-conditions": Word("warn", "info", _("Recognised with conditions")),
    "not": Word("bad", "cross", _("Not recognised")),
}
PURPOSES = {
    "course": _("A course"),
    "programme": _("A part of a programme"),
    "admission": _("General admission"),
}
CRITERIA = {
    "quality-assurance": _("Quality assurance"),
    "verification": _("Verification"),
    "level": _("Level"),
    "learning-outcomes": _("Learning outcomes"),
    "workload": _("Workload"),
    "testing": _("Assessment"),
    "identification": _("Verification of identity"),
}
GRADES = {
    "strong": _("strong"),
    "substantial": _("substantial"),
    "weak": _("weak"),
    "none": _("none"),
    "secure": _("secure"),
    "some": _("some"),
    "limited": _("limited"),
    "higher": _("higher"),
    "equal": _("equal"),
    "lower": _("lower"),
    "unknown": _("unknown"),
    "contradictory": _("contradictory"),
    "not-asked": _("not asked"),
    "full": _("full"),
    "partial": _("partial"),
    "sufficient": _("sufficient"),
    "borderline": _("borderline"),
    "insufficient": _("insufficient"),
}
DIFFERENCES = {
    "level": _("Level"),
    "workload": _("Workload"),
    "quality": _("Quality assurance, assessment or identity"),
    "profile": _("Field"),
    "learning-outcomes": _("Learning outcomes"),
}
ASSURANCES = {
    "self-stated": Word("unknown", "person", _("Stated by the applicant only")),
    "mail-confirmed": Word("warn", "mail", _("Confirmed by mail")),
    "institution": Word("good", "check", _("Asserted by an institution at sign-in")),
    "sealed": Word("good", "key", _("Asserted at sign-in and sealed in the credential")),
}
SAME = {
    "yes": Word("good", "check", _("The same person")),
    "no": Word("bad", "cross", _("Another person")),
    "doubt": Word("warn", "question", _("In doubt: look at it yourself")),
}
FLAGS = {
    "revoked": _("The issuer has revoked the credential"),
    "suspended": _("The issuer has suspended the credential"),
    "expired": _("The credential has expired"),
    "changed": _("The file is another one than at the beginning"),
    "not-verified": _("The credential no longer passes verification"),
    "status-unknown": _("Whether it still stands could not be found out"),
    "other-person": _("It names another person than the applicant"),
    "person-doubtful": _("Whether it is the applicant's is not certain"),
}
BASES = {
    "esco-skill": _("Same ESCO skill"),
    "same-text": _("Same words"),
    "suggestion": _("Suggestion"),
}
REGISTER = {
    "checked": Word("good", "check", _("The register confirms it")),
    "contradicted": Word("bad", "cross", _("The register contradicts it")),
    "unknown": Word("unknown", "question", _("The register does not know")),
}
LETTERS = {
    "applicant_apply": _("That the application came in"),
    "applicant_request-information": _("That information is asked for"),
    "applicant_assign": _("That the case is assessed"),
    "applicant_start-assessment": _("That the case is assessed"),
    "applicant_decided": _("The decision"),
    "desk_apply": _("That somebody applies"),
    "desk_receive-information": _("That the applicant answered"),
    "desk_add-evidence": _("That the applicant added something"),
    "desk_appeal": _("The appeal"),
    "desk_withdraw": _("That the applicant withdrew"),
    "desk_due": _("That the decision is due soon"),
    "desk_overdue": _("That the decision is overdue"),
}
MAILED = {
    "waiting": Word("new", "clock", _("Waits to be mailed")),
    "sent": Word("good", "mail", _("Mailed")),
    "bounced": Word("bad", "warning", _("Came back")),
    "failed": Word("bad", "warning", _("Could not be mailed")),
}
_EVENTS: dict[str, tuple[str, Promise]] = {
    "received": ("", _("The application came in")),
    "request-information": ("warn", _("Information was asked for; the clock stands still")),
    "receive-information": ("", _("The applicant answered; the clock goes on")),
    "add-evidence": ("", _("The applicant added something")),
    "start-assessment": ("", _("An evaluator took the case")),
    "assign": ("", _("The case was given to an evaluator")),
    "propose": ("", _("A decision was made, or proposed to a second reader")),
    "confirm": ("good", _("The second reader agreed")),
    "return": ("warn", _("The second reader gave it back")),
    "appeal": ("warn", _("The applicant appealed")),
    "decide-appeal": ("good", _("The appeal was decided")),
    "withdraw": ("", _("The applicant withdrew")),
    "lift-flag": ("", _("A flag was lifted")),
    "for-a-person": ("", _("No rule decided: a person does")),
    "decided-by-rule": ("good", _("A rule decided")),
    "rule-would-recognise": ("", _("A rule would recognise it now")),
    "rule-holds-no-longer": ("", _("The rule that would have recognised it holds no longer")),
}


def timeline(core: CoreCase, *, names: Mapping[str, str], inside: bool) -> list[Happened]:
    """A case's history, the newest first; outside of the desk, persons and remarks among them are left out."""
    found = []
    for entry in reversed(core.history):
        look, text = _in_words(entry.what)
        told = inside and entry.what not in ("receive-information", "add-evidence")  # the answer itself is on the page
        note = entry.note if told or entry.what in ("appeal", "decided-by-rule") else ""
        found.append(Happened(look, text, names.get(note, note), _who(entry.by, names, inside), entry.at))
    return found


def names_in(core: CoreCase) -> dict[str, str]:
    """The names of the people in a case's history, by their ids."""
    ids = {one.by for one in core.history} | {one.note for one in core.history if one.what == "assign"}
    known = [one for one in ids if len(one) == 36 and one.count("-") == 4]
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=known)}


def _in_words(what: str) -> tuple[str, str | Promise]:
    kind, _colon, flag = what.partition(": ")
    if kind == "flagged":
        return "bad", FLAGS.get(flag, flag)
    if kind == "flag lifted":
        return "good", _("A flag was lifted")
    return _EVENTS.get(what, ("", what))


def _who(by: str, names: Mapping[str, str], inside: bool) -> str | Promise:
    if by == "applicant":
        return _("The applicant") if inside else _("You")
    if by == "system":
        return _("Credenza")
    return names.get(by, by) if inside else _("The institution")
