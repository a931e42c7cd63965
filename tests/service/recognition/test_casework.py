"""What becomes of an application: asked, answered, decided, appealed; and what stops it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credenza.errors import CredenzaError
from credenza.recognition import case_events as events
from credenza.record.recognition_decision import reference_of
from credenza.service.issuance import status
from credenza.service.issuance.documents import FORMATS, document
from credenza.service.recognition import answering, applying, attesting, casework
from credenza.service.recognition.models import Case, Desk
from credenza.service.verification import sources
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db


def refused(doing, *args, **kwargs):
    with pytest.raises(CredenzaError) as caught:
        doing(*args, **kwargs)
    return caught.value.code


def take(case, event, actor):
    case = casework.get(case.pk)
    return casework.take(case, event, actor=actor, edition=case.edition)


def start(case, evaluator):
    return take(case, events.StartAssessment(by=str(evaluator.pk)), evaluator)


def propose(case, evaluator, decision, outcome="partial", **changes):
    made = decision(outcome, by=evaluator, **changes)
    return take(case, events.Propose(by=str(evaluator.pk), decision=made), evaluator)


def test_an_application_is_compared_and_waits_for_a_person(case, django_capture_on_commit_callbacks):
    core = case.as_core
    assert case.state == "received"
    assert case.deadline is not None
    assert core.sheet.level.result == "equal"
    assert core.history[-1].what == "for-a-person"
    assert not case.is_flagged


def test_the_same_is_not_asked_twice_unless_it_was_withdrawn(case, learner, held, requirement, all_fields):
    assert refused(applying.apply, learner, held, requirement, all_fields) == "recognition-asked"
    take(case, events.Withdraw(by="applicant"), None)
    assert applying.apply(learner, held, requirement, all_fields).state == "received"


def test_what_the_learner_does_not_disclose_is_nowhere_in_the_case(learner, held, requirement):
    made = applying.apply(learner, held, requirement, ["learning_outcomes"])
    told = str(made.core)
    assert "2001-05-31" in str(made.core["applicant"])
    assert made.core["credential"]["award"]["learner"]["birth_date"] is None
    assert made.as_core.sheet.workload.result == "unknown"
    assert "ana@example.org" not in told


def test_a_credential_of_another_person_is_flagged_and_cannot_be_recognised(
    held, learner, requirement, all_fields, evaluator, decision
):
    type(learner).objects.filter(pk=learner.pk).update(birth_date="1990-01-01")
    learner.refresh_from_db()
    made = start(applying.apply(learner, held, requirement, all_fields), evaluator)
    assert [one.kind for one in made.as_core.open_flags] == ["other-person"]
    assert refused(propose, made, evaluator, decision, "full") == "case-flagged"


def test_only_ones_own_accepted_credential_and_an_open_desk(held, learner, requirement, make_user, all_fields):
    other = make_user("eve@example.org")
    assert refused(applying.apply, other, held, requirement, all_fields) == "credential-not-yours"
    Desk.objects.update(is_open=False)
    assert refused(applying.apply, learner, held, type(requirement).objects.get(), all_fields) == "desk-closed"


def test_the_clock_stands_while_an_answer_is_awaited(case, evaluator):
    start(case, evaluator)
    asked = take(case, events.RequestInformation(by=str(evaluator.pk), questions=("Which data?",)), evaluator)
    assert not asked.as_core.clock(asked.as_core.history[-1].at).running
    note = SimpleUploadedFile("../../etc/syllabus.pdf", b"%PDF-1.7 whatever")
    answered = answering.answer(asked, "Open data\r\nof Cork", [note], edition=asked.edition)
    assert answered.state == "received"
    assert answered.as_core.clock(answered.as_core.history[-1].at).running
    kept = answered.answers.get()
    assert kept.text == "Open data\nof Cork"
    assert kept.files.get().name == "syllabus.pdf"


def test_an_answer_is_bounded(case, evaluator):
    asked = take(case, events.RequestInformation(by=str(evaluator.pk), questions=("Which data?",)), evaluator)
    large = SimpleUploadedFile("a.bin", b"x" * (answering.LARGEST_FILE + 1))
    assert refused(answering.answer, asked, "", [], edition=asked.edition) == "answer-empty"
    assert refused(answering.answer, asked, "x", [large], edition=asked.edition) == "file-too-large"
    assert refused(answering.answer, asked, "nul \0", [], edition=asked.edition) == "answer-malformed"
    many = [SimpleUploadedFile("a.bin", b"x") for _ in range(6)]
    assert refused(answering.answer, asked, "x", many, edition=asked.edition) == "files-too-many"
    assert not casework.get(case.pk).answers.exists()


def test_a_partial_decision_is_read_twice_sealed_and_kept_by_the_learner(case, evaluator, make_evaluator, decision):
    second = make_evaluator("second@example.org")
    start(case, evaluator)
    assert propose(case, evaluator, decision, outcomes=(0,)).state == "second-reading"
    assert refused(take, case, events.Confirm(by=str(evaluator.pk)), evaluator) == "case-same-reader"
    decided = take(case, events.Confirm(by=str(second.pk)), second)
    assert (decided.state, decided.outcome) == ("decided", "partial")
    held = HeldCredential.objects.get(award=decided.sealed)
    assert (held.owner, held.state) == (case.applicant, "accepted")
    record = decided.sealed.as_record
    assert reference_of(record).credential_id == case.recognised.urn
    assert len(record.micro_credential.learning_outcomes) == 1
    for name in ("elm", "open-badge", "sd-jwt-vc"):
        report = sources.check(document(decided.sealed, name).data)
        assert report.verdict != "failed", report.checks
        assert report.check("proof").outcome == "passed"
        assert (report.check("standard").outcome, report.check("standard").code) == ("passed", "decision-complete")
        assert report.standard == ()
    assert all(document(decided.sealed, name).data for name in FORMATS)
    assert b"resultOfRecognition" in attesting.elmo_of(decided)
    assert not decided.organisation.definitions.exclude(withdrawn_at__isnull=False).exists()


def test_an_appeal_is_decided_by_somebody_else_and_replaces_the_credential(
    case, evaluator, make_evaluator, decision, institute
):
    Desk.objects.update(second_reading="never")
    type(case).objects.filter(pk=case.pk).update(core=case.core | {"policy": {"second_reading": "never", "months": 4}})
    start(case, evaluator)
    first = propose(case, evaluator, decision)
    take(case, events.Appeal(by="applicant", grounds="I did build a bridge."), None)
    other = make_evaluator("board@example.org")
    full = decision("full", by=other)
    assert (
        refused(take, case, events.DecideAppeal(by=str(evaluator.pk), decision=full), evaluator) == "case-same-reader"
    )
    second = take(case, events.DecideAppeal(by=str(other.pk), decision=full), other)
    assert (second.state, second.outcome) == ("decided-on-appeal", "full")
    first.sealed.refresh_from_db()
    assert first.sealed.revoked_at is not None
    assert first.sealed.replaced_by == second.sealed
    assert sources.check(document(first.sealed, "elm").data).check("status").outcome == "failed"


@pytest.mark.parametrize("how", ["revoke", "suspend"])
def test_what_is_revoked_or_suspended_meanwhile_is_flagged_and_never_decided(case, evaluator, decision, award, how):
    start(case, evaluator)
    status.revoke(award, "Wrong person", actor="test") if how == "revoke" else status.suspend(award, actor="test")
    assert refused(propose, case, evaluator, decision, "full") == "case-flagged"
    now = casework.get(case.pk)
    assert now.is_flagged
    assert now.state == "under-assessment"
    assert not HeldCredential.objects.filter(owner=case.applicant).exclude(award=award).exists()


def test_a_suspension_that_is_lifted_lifts_the_flag_at_the_next_look(case, award):
    status.suspend(award, actor="test")
    flagged, _report = casework.verify_again(case)
    assert flagged.is_flagged
    assert flagged.edition == case.edition + 1
    status.reinstate(award, actor="test")
    cleared, report = casework.verify_again(flagged)
    assert not cleared.is_flagged
    assert report.check("status").outcome == "passed"


def test_who_looked_at_an_older_state_of_the_case_is_told(case, evaluator, make_evaluator):
    other = make_evaluator("other@example.org")
    seen = case.edition
    start(case, evaluator)
    late = events.StartAssessment(by=str(other.pk))
    assert refused(casework.take, casework.get(case.pk), late, actor=other, edition=seen) == "case-changed"
    assert casework.get(case.pk).assessor == evaluator


def test_an_erased_account_leaves_no_name_in_its_cases(case, evaluator, decision, learner):
    from credenza.service.wallet import privacy

    start(case, evaluator)
    with zipfile.ZipFile(io.BytesIO(privacy.export(learner))) as copy:
        assert str(case.pk) in copy.read("recognition.json").decode()
    privacy.erase(learner)
    left = Case.objects.get(pk=case.pk)
    assert left.applicant is None
    assert left.state == "withdrawn"
    assert "Pérez" not in str(left.core) + left.applicant_name
    assert casework.bytes_of(left) is None


def test_a_course_that_calls_itself_a_decision_passes_for_none(award):
    """Nobody escapes what the European standard asks by the name of a decision."""
    from credenza.document import open_badge
    from credenza.record import Concept
    from credenza.record.recognition_decision import DECISION_KIND

    record = award.as_record
    renamed = record.micro_credential.model_copy(update={"kind": Concept(uri=DECISION_KIND)})
    made = open_badge.to_document(record.model_copy(update={"micro_credential": renamed}))
    check = sources.check(json.dumps(made).encode()).check("standard")
    assert (check.outcome, check.code) == ("not_checked", "decision-incomplete")
    assert "what was recognised" in check.reason


class TestOwnCase:
    """An evaluator who is the applicant too, at their own desk."""

    @pytest.fixture
    def mine(self, case, institute):
        institute.memberships.create(user=case.applicant, role="evaluator")
        return case.applicant

    def test_nobody_takes_their_own_case_or_is_given_it(self, case, mine, evaluator):
        assert refused(start, case, mine) == "own-case"
        given = events.Assign(by=str(evaluator.pk), to=str(mine.pk))
        assert refused(take, case, given, evaluator) == "own-case"
        assert Case.objects.get().assessor is None

    def test_nobody_is_the_second_reader_of_their_own_case(self, case, mine, evaluator, decision):
        propose(start(case, evaluator), evaluator, decision, "not")
        by = str(mine.pk)
        assert refused(take, case, events.Confirm(by=by), mine) == "own-case"
        assert refused(take, case, events.Return(by=by, note="More, please."), mine) == "own-case"
        assert Case.objects.get().state == "second-reading"

    def test_nobody_decides_on_their_own_appeal(self, case, mine, evaluator, make_evaluator, decision):
        second = make_evaluator("second@example.org")
        propose(start(case, evaluator), evaluator, decision, "not")
        take(case, events.Confirm(by=str(second.pk)), second)
        take(case, events.Appeal(by="applicant", grounds="It counts."), None)
        made = decision("full", by=mine)
        assert refused(take, case, events.DecideAppeal(by=str(mine.pk), decision=made), mine) == "own-case"

    def test_an_applicant_who_is_an_evaluator_still_answers_and_withdraws(self, case, mine):
        assert take(case, events.Withdraw(by="applicant"), None).state == "withdrawn"

    def test_the_pages_offer_nobody_their_own_case(self, client, case, mine, evaluator, institute):
        client.force_login(mine)
        address = f"/console/{institute.slug}/recognition/cases/{case.pk}"
        page = client.get(address).content.decode()
        assert f"{address}/take" not in page
        assert f"{address}/assign" not in page
        answer = client.post(f"{address}/take", {"edition": case.edition})
        assert (answer.status_code, Case.objects.get().assessor) == (422, None)
