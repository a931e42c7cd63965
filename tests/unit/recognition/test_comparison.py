"""The comparison sheet: seven criteria with their evidence, differences named, and questions where nothing is said."""

import pytest

from credenza.recognition.comparison import ComparisonSheet, compare
from credenza.recognition.evidence import Criterion
from credenza.recognition.register import RegisterAnswer, RegisterOutcome
from credenza.record import Assessment, Text, concept
from credenza.verifying.report import STATUS_NOT_USED


class Register:
    """A register that answers every claim in the same way."""

    def __init__(self, outcome, **more):
        self.outcome, self.more = RegisterOutcome(outcome), more

    def answer(self, claim, award):
        return RegisterAnswer(
            accreditation=claim.id, outcome=self.outcome, code="x", reason="So it is.", source="register", **self.more
        )


def grades(sheet):
    return {one.criterion.value: one.grade for one in sheet.criteria}


def kinds(sheet):
    return [(one.kind.value, one.certain) for one in sheet.differences]


def test_a_credential_that_meets_all_has_no_difference_and_no_question(award, verify, ask):
    asked = ask(
        eqf=6, ects=3, learning_outcomes=[{"title": "Clean a data set with Python"}], assessments=["portfolio"],
        supervision=["supervised-with-id"], quality="strong", verification="secure",
    )  # fmt: skip
    sheet = compare(verify(award), asked, register=Register("checked"))
    assert sheet.fulfilled
    assert all(one.meets for one in sheet.criteria)


def test_the_seven_criteria_each_have_a_grade_and_evidence(award, verify, ask):
    sheet = compare(verify(award), ask(eqf=6, ects=3, learning_outcomes=[{"title": "Clean a data set with Python"}]))
    assert [one.criterion for one in sheet.criteria] == list(Criterion)
    assert all(one.evidence and one.reason for one in sheet.criteria)
    assert grades(sheet) == {
        "quality-assurance": "weak", "verification": "secure", "level": "equal", "learning-outcomes": "full",
        "workload": "sufficient", "testing": "strong", "identification": "strong",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("register", "grade"),
    [
        (None, "weak"),
        (Register("unknown"), "weak"),
        (Register("checked"), "strong"),
        (Register("checked", conditions=True), "substantial"),
        (Register("checked", obligatory=False), "substantial"),
        (Register("contradicted"), "none"),
    ],
)
def test_quality_is_strong_only_where_a_register_confirms_it(award, verify, ask, register, grade):
    assert grades(compare(verify(award), ask(), register=register))["quality-assurance"] == grade


@pytest.mark.parametrize(
    ("outcomes", "grade"),
    [
        ({}, "secure"),
        ({"issuer": "warning"}, "some"),
        ({"status": "not_checked"}, "limited"),
        ({"issuer": "not_checked"}, "limited"),
        ({"proof": "not_checked", "issuer": "not_checked"}, "none"),
    ],
)
def test_verification_is_graded_by_what_was_really_checked(award, verify, ask, outcomes, grade):
    assert grades(compare(verify(award, **outcomes), ask()))["verification"] == grade


def test_a_credential_that_cannot_be_revoked_can_still_be_secure(award, verify, ask):
    verified = verify(award, codes={"status": STATUS_NOT_USED}, status="not_checked")
    assert grades(compare(verified, ask()))["verification"] == "secure"


def test_differences_are_named(award, verify, ask):
    asked = ask(
        eqf=7, ects=5, quality="strong", fields=["0911"], supervision=["unsupervised-with-id"],
        learning_outcomes=[{"title": "Diagnose an illness"}],
    )  # fmt: skip
    changed = award.model_copy(
        update={"micro_credential": award.micro_credential.model_copy(update={"fields": (concept("isced-f", "0613"),)})}
    )
    sheet = compare(verify(changed), asked)
    assert kinds(sheet) == [
        ("level", True), ("workload", True), ("quality", True), ("quality", True), ("profile", True),
        ("learning-outcomes", True),
    ]  # fmt: skip
    assert not sheet.fulfilled


def test_a_narrower_field_of_the_same_kind_is_no_other_profile(make_award, verify, ask):
    award = make_award(definition={"fields": (concept("isced-f", "0613"),)})
    assert compare(verify(award), ask(fields=["06"])).differences == ()


def test_what_is_not_said_is_a_question_and_no_difference(make_award, verify, ask):
    silent = make_award(
        definition={
            "eqf_level": None, "credits": (), "workload": None, "learning_outcomes": (), "assessments": (),
        }
    )  # fmt: skip
    body = silent.micro_credential.awarding_body.model_copy(update={"accreditations": ()})
    silent = silent.model_copy(
        update={"micro_credential": silent.micro_credential.model_copy(update={"awarding_body": body}), "results": ()}
    )
    asked = ask(
        eqf=6, ects=3, fields=["06"], learning_outcomes=[{"title": "A"}], quality="weak", assessments=["portfolio"],
        supervision=["supervised-with-id"],
    )  # fmt: skip
    sheet = compare(verify(silent), asked)
    assert sheet.differences == ()
    assert len(sheet.questions) == 7
    assert not sheet.fulfilled


def test_the_least_of_several_assessments_counts_for_identity(make_award, verify, ask):
    both = tuple(
        Assessment(title=Text.of(name), supervision=concept("supervision", name))
        for name in ("supervised-with-id", "unsupervised-without-id")
    )
    sheet = compare(verify(make_award(definition={"assessments": both})), ask(supervision=["supervised-with-id"]))
    graded = sheet.graded(Criterion.IDENTIFICATION)
    assert (graded.grade, graded.meets) == ("none", False)


def test_a_sheet_comes_back_from_json_unchanged(award, verify, ask):
    sheet = compare(verify(award), ask(eqf=6, ects=3), register=Register("checked"))
    assert ComparisonSheet.model_validate_json(sheet.model_dump_json()) == sheet
