"""Whatever a file or a register holds, it is read or refused with a code; no sequence of steps breaks a case's rules."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.errors import CredenzaError, Refused
from credenza.recognition import case_events as happened
from credenza.recognition.case import CasePolicy, State, digest_of
from credenza.recognition.case_steps import check_again, open_case, step
from credenza.recognition.decision import CountsAs, RecognitionDecision
from credenza.recognition.decision_file import read_decision
from credenza.recognition.deqar import read_institutions, read_reports
from credenza.recognition.evidence import SubstantialDifference
from credenza.recognition.flags import UNFIT, FlagKind
from credenza.recognition.policy import read_policies
from credenza.recognition.requirement_file import read_requirement
from credenza.record import Text
from credenza.verifying.report import CHECK_NAMES, Check, VerificationReport
from credenza.vocabulary.frameworks import read_referencing

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
WORDS = st.sampled_from(["full", "partial", "6", "ECTS", "IE", "https://a.example/1", "2026-01-01", "0613", "strong"])
VALUES = st.recursive(
    SCALARS | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
NAMES = st.sampled_from(
    [
        "id",
        "title",
        "purpose",
        "language",
        "eqf",
        "nqf",
        "ects",
        "hours_per_ects",
        "fields",
        "learning_outcomes",
        "quality",
        "supervision",
        "owner",
        "outcome",
        "when",
        "counts_as",
        "conditions",
        "policies",
        "by",
        "reasons",
        "differences",
        "kind",
        "reason",
        "appeal",
        "least_eqf",
        "providers",
        "skills",
    ]
)
FORMS = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=3), max_size=8)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def read_or_refused(read, data):
    with contextlib.suppress(CredenzaError):
        read(data)


@SETTINGS
@given(FORMS)
def test_any_form_is_read_or_refused(form):
    read_or_refused(read_requirement, form)
    read_or_refused(read_policies, form)
    read_or_refused(lambda data: read_decision(data, now=NOW), form)


@SETTINGS
@given(
    VALUES
    | st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "decision",
                    "valid_from",
                    "valid_to",
                    "institutions",
                    "programmes",
                    "names",
                    "identifiers",
                    "flag",
                    "qf_ehea_level",
                    "workload_ects",
                    "contributing_agencies",
                    "programme_names",
                    "agency_name",
                    "results",
                ]
            ),
            VALUES | st.just("positive") | st.just(7) | st.just([{"name": "x", "names": [{"name_official": 3}]}]),
        ),
        max_size=3,
    )
)
def test_any_register_data_is_read_or_refused(value):
    data = json.dumps(value).encode()
    read_or_refused(read_reports, data)
    read_or_refused(read_institutions, data)


@SETTINGS
@given(st.lists(st.text(max_size=60) | st.just("uri,country,eqf,label,source"), max_size=5))
def test_any_table_of_levels_is_read_or_refused(lines):
    read_or_refused(read_referencing, lines)


def decisions():
    difference = SubstantialDifference(kind="level", certain=True, reason="Lower.")
    grant = CountsAs(id="https://x.example", title=Text.of("X"))
    return st.builds(
        RecognitionDecision,
        outcome=st.sampled_from(["full", "partial", "with-conditions", "not"]),
        reasons=st.sampled_from(["", "So."]),
        decided_by=st.just("x"),
        decided_at=st.just(NOW),
        counts_as=st.sampled_from([None, grant]),
        differences=st.sampled_from([(), (difference,)]),
        conditions=st.sampled_from([(), ("Pass.",)]),
        appeal=st.sampled_from(["", "To the board."]),
    )


PEOPLE = st.sampled_from(["ada", "bob", "cyd"])
EVENTS = st.one_of(
    st.builds(happened.RequestInformation, by=PEOPLE, questions=st.just(("What?",))),
    st.builds(happened.ReceiveInformation, by=PEOPLE, note=st.just("This.")),
    st.builds(happened.StartAssessment, by=PEOPLE),
    st.builds(happened.Propose, by=PEOPLE, decision=decisions()),
    st.builds(happened.Confirm, by=PEOPLE),
    st.builds(happened.Return, by=PEOPLE, note=st.just("No.")),
    st.builds(happened.Appeal, by=PEOPLE, grounds=st.just("Unfair.")),
    st.builds(happened.DecideAppeal, by=PEOPLE, decision=decisions()),
    st.builds(happened.Withdraw, by=PEOPLE),
    st.builds(happened.LiftFlag, by=PEOPLE, flag=st.sampled_from(FlagKind), because=st.just("Seen.")),
    st.sampled_from(["status-revoked", "status-suspended", "status-good", "offline", "another-file"]),
)


def looked_at(case, what, award, now):
    """The case after a verification that found this about the status."""
    outcome = {"status-good": "passed", "another-file": "passed", "offline": "not_checked"}.get(what, "failed")
    checks = [Check(name, "passed", "x", "A reason.") for name in CHECK_NAMES if name != "status"]
    report = VerificationReport("elm", (*checks, Check("status", outcome, what, "Told.")), award)
    digest = digest_of(b"another" if what == "another-file" else b"x")
    return check_again(case, report, digest=digest, now=now)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 30), EVENTS), max_size=12), st.sampled_from(["never", "unless-full", "always"])
)
def test_no_sequence_of_steps_decides_against_the_rules(make_award, verify, events, second):
    award = make_award()
    case = open_case(
        verify(award), case_id="1", digest=digest_of(b"x"), applicant=award.learner, requirement_id="https://r.example",
        now=NOW, policy=CasePolicy(second_reading=second),
    )  # fmt: skip
    now = NOW
    for hours, event in events:
        now += timedelta(hours=hours)
        before = case
        try:
            case = looked_at(case, event, award, now) if isinstance(event, str) else step(case, event, now=now)
        except Refused:
            assert case is before
            continue
        if case.final is not None and case.final is not before.final:
            decision, open_kinds = case.final, {one.kind for one in case.open_flags}
            assert not open_kinds or (decision.outcome == "not" and open_kinds & UNFIT)
            assert decision.reasons
            assert now - case.checked_at <= timedelta(days=1)
            if case.state is State.DECIDED and (
                second == "always" or (second == "unless-full" and decision.outcome != "full")
            ):
                assert event.kind == "confirm"
                assert event.by != decision.decided_by
            if case.state is State.DECIDED_ON_APPEAL:
                assert event.by not in {one.by for one in before.history if one.what in ("propose", "confirm")}
        assert case.history[: len(before.history)] == before.history
        clock = case.clock(now)
        assert clock.elapsed >= timedelta(0)
