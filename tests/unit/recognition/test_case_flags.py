"""What stops a case while it is open, and who may lift it."""

from datetime import date

import pytest

from credenza.errors import Refused
from credenza.recognition import case_events as happened
from credenza.recognition.case import State, digest_of
from credenza.recognition.case_steps import check_again, step
from credenza.recognition.flags import FlagKind
from credenza.record import Learner

from .case_parts import DIGEST, START, days, proposed, report, run


@pytest.mark.parametrize(
    ("code", "kind"), [("status-revoked", "revoked"), ("status-suspended", "suspended"), ("expired", "expired")]
)
def test_a_credential_that_falls_while_the_case_is_open_stops_it(opened, award, code, kind):
    case = check_again(run(opened(), START), report(award, code, "failed"), digest=DIGEST, now=days(0.5))
    assert [one.kind for one in case.open_flags] == [kind]
    with pytest.raises(Refused) as refused:
        step(case, proposed(), now=days(0.6))
    assert refused.value.code == "case-flagged"


def test_a_proposal_is_not_confirmed_when_the_credential_was_revoked_in_between(opened, award):
    case = run(opened(), START, proposed("partial"))
    case = check_again(case, report(award, "status-revoked", "failed"), digest=DIGEST, now=days(0.5))
    with pytest.raises(Refused) as refused:
        step(case, happened.Confirm(by="bob"), now=days(0.6))
    assert refused.value.code == "case-flagged"


def test_a_revoked_credential_can_be_refused_without_a_substantial_difference(opened, award):
    case = check_again(run(opened(), START), report(award, "status-revoked", "failed"), digest=DIGEST, now=days(0.5))
    case = step(case, proposed("not", differences=(), reasons="The issuer revoked it."), now=days(0.6))
    assert case.proposal.outcome == "not"


def test_a_changed_file_is_flagged(opened, award):
    case = check_again(opened(), report(award), digest=digest_of(b"another file"), now=days(0.5))
    assert [one.kind for one in case.open_flags] == [FlagKind.CHANGED]


def test_a_suspension_that_ends_is_lifted_by_a_check_that_really_looked(opened, award):
    case = check_again(run(opened(), START), report(award, "status-suspended", "failed"), digest=DIGEST, now=days(0.2))
    unseen = check_again(case, report(award, "offline", "not_checked"), digest=DIGEST, now=days(0.3))
    assert {one.kind for one in unseen.open_flags} == {FlagKind.SUSPENDED, FlagKind.STATUS_UNKNOWN}
    seen = check_again(unseen, report(award), digest=DIGEST, now=days(0.4))
    assert seen.open_flags == ()
    assert len(seen.flags) == 2


def test_nobody_waves_a_revocation_through(opened, award):
    case = check_again(opened(), report(award, "status-revoked", "failed"), digest=DIGEST, now=days(0.5))
    with pytest.raises(Refused) as refused:
        run(case, happened.LiftFlag(by="ada", flag="revoked", because="It will be fine."))
    assert refused.value.code == "flag-needs-verification"


def test_a_decision_on_an_old_verification_is_refused(opened, award):
    case = step(opened(), START, now=days(1))
    with pytest.raises(Refused) as refused:
        step(case, proposed(), now=days(40))
    assert refused.value.code == "case-check-old"
    again = check_again(case, report(award), digest=DIGEST, now=days(40))
    assert step(again, proposed(), now=days(40)).state is State.DECIDED


def test_the_credential_of_another_person_stops_the_case_from_the_beginning(opened):
    case = opened(applicant=Learner(full_name="Ana Pérez", birth_date=date(1999, 1, 1)))
    assert [one.kind for one in case.open_flags] == [FlagKind.OTHER_PERSON]


def test_a_doubt_about_the_person_is_lifted_by_a_person_with_a_reason(opened):
    case = opened(applicant=Learner(full_name="Ана Перес", birth_date=date(2001, 5, 31)))
    assert [one.kind for one in case.open_flags] == [FlagKind.PERSON_DOUBTFUL]
    lift = happened.LiftFlag(by="ada", flag="person-doubtful", because="Passport seen.")
    case = run(case, START, lift, proposed())
    assert case.state is State.DECIDED
    assert case.flags[0].lifted_because == "Passport seen."
