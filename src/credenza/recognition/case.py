"""A recognition case: who applies with what, where it stands, and everything that was done."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from credenza.recognition.clock import MONTHS, Clock, Pause, read_clock
from credenza.recognition.comparison import ComparisonSheet
from credenza.recognition.decision import RecognitionDecision
from credenza.recognition.flags import Flag
from credenza.recognition.person import Assertion, Assurance, PersonMatch, Possession, match_person
from credenza.record import Award, Learner
from credenza.record.instant import Instant
from credenza.record.text import Frozen, Line


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    INFORMATION_REQUESTED = "information-requested"
    UNDER_ASSESSMENT = "under-assessment"
    SECOND_READING = "second-reading"
    DECIDED = "decided"
    APPEALED = "appealed"
    DECIDED_ON_APPEAL = "decided-on-appeal"
    WITHDRAWN = "withdrawn"


class SecondReading(StrEnum):
    """When a second person must read a proposed decision: the four-eyes rule."""

    NEVER = "never"
    UNLESS_FULL = "unless-full"
    ALWAYS = "always"


class CasePolicy(Frozen):
    """How an office works; ``months`` may be fewer than the Convention's four, never more."""

    second_reading: SecondReading = SecondReading.UNLESS_FULL
    months: Annotated[int, Field(ge=1, le=MONTHS)] = MONTHS


class Recognised(Frozen):
    """The credential that a case is about: its award, and the SHA-256 (hexadecimal) of the exact file shown."""

    award: Award
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Entry(Frozen):
    """One line of a case's history; ``by`` is a person's id, the applicant's, or the system's."""

    at: Instant
    by: Line
    what: str
    note: str = ""


class Suggestion(Frozen):
    """A rule that would recognise the credential now, in a case that a person decides."""

    policy_id: Line
    decision: RecognitionDecision


class Case(Frozen):
    """A case as it stands; it changes only by ``case_steps`` and ``rules``.

    ``applicant`` is as the person describes themself; ``asserted`` and ``possession`` are what others say of whose the
    credential is, and ``person`` what comes of comparing all that with the learner whom it names.
    ``complete_at`` starts the clock, ``checked_at`` is when the credential was verified last.
    """

    id: Line
    state: State
    policy: CasePolicy
    applicant: Learner
    asserted: tuple[Assertion, ...] = ()
    possession: Possession | None = None
    person: PersonMatch | None = None
    credential: Recognised
    requirement_id: str
    sheet: ComparisonSheet | None = None
    received_at: Instant
    checked_at: Instant
    complete_at: Instant | None = None
    pauses: tuple[Pause, ...] = ()
    questions: tuple[str, ...] = ()
    assessor: Line | None = None
    suggestion: Suggestion | None = None
    proposal: RecognitionDecision | None = None
    decision: RecognitionDecision | None = None
    decision_on_appeal: RecognitionDecision | None = None
    grounds_of_appeal: str | None = None
    flags: tuple[Flag, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def open_flags(self) -> tuple[Flag, ...]:
        return tuple(one for one in self.flags if one.open)

    @property
    def final(self) -> RecognitionDecision | None:
        """The decision that stands: that on appeal where there is one."""
        return self.decision_on_appeal or self.decision

    @property
    def took_part(self) -> frozenset[str]:
        """Who had a part in the first decision, and so has none in that on an appeal."""
        did = {one.by for one in self.history if one.what in ("propose", "confirm", "return", "start-assessment")}
        return frozenset(did | {one.note for one in self.history if one.what == "assign"})

    def matched(self, named: Learner) -> PersonMatch:
        """The applicant, by all that is said of the person, compared with the learner whom a credential names."""
        own = Assertion(learner=self.applicant, assurance=Assurance.SELF_STATED, source="applicant")
        return match_person((*self.asserted, own), named, possession=self.possession)

    def clock(self, now: datetime) -> Clock:
        """The clock of the first decision; an appeal does not run against it."""
        decided = self.decision.decided_at if self.decision else None
        if self.state is State.WITHDRAWN and decided is None:
            decided = self.history[-1].at
        return read_clock(self.complete_at, self.pauses, now=now, ended=decided, months=self.policy.months)


def digest_of(data: bytes) -> str:
    """The SHA-256 of a credential's exact bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
