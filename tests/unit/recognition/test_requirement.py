"""A requirement is read from what an evaluator writes; every mistake is named."""

from decimal import Decimal

import pytest

from credenza.errors import MalformedInput
from credenza.recognition.requirement import Purpose, Quality, Requirement
from credenza.recognition.requirement_file import read_requirement

FULL = {
    "id": "https://uni.example/course/1",
    "title": {"en": "Data literacy", "ga": "Litearthacht sonraí"},
    "purpose": "course",
    "country": "IE",
    "eqf": 6,
    "nqf": ["IE NQF Level 8"],
    "ects": "2.5",
    "hours_per_ects": 25,
    "fields": ["0688"],
    "quality": "substantial",
    "verification": "some",
    "assessments": ["portfolio"],
    "supervision": ["supervised-with-id"],
    "learning_outcomes": [{"title": "Clean a data set"}],
}


def test_everything_that_an_evaluator_asks_is_read():
    asked = read_requirement(FULL)
    assert asked.purpose is Purpose.COURSE
    assert asked.ects == Decimal("2.5")
    assert asked.quality is Quality.SUBSTANTIAL
    assert asked.nqf_levels[0].label("en") == "IE NQF Level 8"


def test_a_requirement_comes_back_from_json_unchanged():
    asked = read_requirement(FULL)
    assert Requirement.model_validate_json(asked.model_dump_json()) == asked


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"purpose": "fun"}, "purpose", "term-unknown"),
        ({"title": None}, "title", "missing"),
        ({"eqf": 9}, "eqf", "term-unknown"),
        ({"quality": "superb"}, "quality", "term-unknown"),
        ({"hours_per_ects": 10}, "requirement", "value-invalid"),
        ({"ects": -1}, "ects", "number-invalid"),
        ({"least_share": 2}, "requirement", "value-invalid"),
        ({"ectss": 3}, "ectss", "unknown-member"),
        ({"learning_outcomes": [{"title": "x", "skills": ["python"]}]}, "learning_outcomes[1].skills", "term-unknown"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change, where, code):
    with pytest.raises(MalformedInput) as refused:
        read_requirement(FULL | change)
    assert refused.value.code == "requirement-invalid"
    assert (where, code) in [(one.where, one.code) for one in refused.value.detail["problems"]]
