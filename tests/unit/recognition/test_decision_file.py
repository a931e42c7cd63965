"""A person's decision is read from what the person writes; every mistake is named."""

from datetime import UTC, datetime

import pytest

from credenza.errors import MalformedInput
from credenza.recognition.decision_file import read_decision

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WRITTEN = {
    "outcome": "partial",
    "by": "Ada Evaluator",
    "reasons": "One outcome is covered.",
    "counts_as": {"id": "https://uni.example/course/1", "title": "First half", "ects": 1},
    "outcomes": [1, 3],
    "differences": [{"kind": "learning-outcomes", "reason": "The second is missing."}],
    "appeal": "To the board.",
}


def test_a_decision_is_read_with_all_that_it_says():
    made = read_decision(WRITTEN, now=NOW)
    assert (made.outcome, made.decided_by, made.decided_at) == ("partial", "Ada Evaluator", NOW)
    assert made.outcomes == (0, 2)
    assert made.differences[0].certain


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"outcome": "maybe"}, "outcome", "term-unknown"),
        ({"by": None}, "by", "missing"),
        ({"outcomes": [0]}, "outcomes", "wrong-type"),
        ({"outcomes": "all"}, "outcomes", "wrong-type"),
        ({"differences": [{"kind": "smell", "reason": "x"}]}, "differences[1].kind", "term-unknown"),
        ({"differences": [{"kind": "level"}]}, "differences[1].reason", "missing"),
        ({"rule": "https://uni.example/rule/1"}, "rule", "unknown-member"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change, where, code):
    with pytest.raises(MalformedInput) as refused:
        read_decision(WRITTEN | change, now=NOW)
    assert refused.value.code == "decision-invalid"
    assert (where, code) in [(one.where, one.code) for one in refused.value.detail["problems"]]
