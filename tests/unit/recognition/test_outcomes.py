"""Outcomes are matched one to one; suggestions are marked and confirm nothing."""

import itertools
import random

import pytest

from credenza.recognition.assignment import best_assignment
from credenza.recognition.outcomes import LARGEST_LIST, compare_outcomes
from credenza.record import Concept, LearningOutcome, Text

SKILL = "http://data.europa.eu/esco/skill/5fd5c985-eaaa-47aa-8314-62359c54505a"
OTHER_SKILL = "http://data.europa.eu/esco/skill/00000000-eaaa-47aa-8314-62359c54505a"


class Likeness:
    """Finds texts alike that share their first letter."""

    name = "first-letter"

    def likeness(self, asked, has):
        return [[0.9 if one.text[0] == other.text[0] else 0.2 for other in has] for one in asked]


def outcome(title, *skills, language="en"):
    return LearningOutcome(title=Text.of(title, language), skills=tuple(Concept(uri=one) for one in skills))


def compared(make_award, ask, there, wanted, matcher=None):
    offered = make_award(definition={"learning_outcomes": tuple(there)}).micro_credential
    return compare_outcomes(offered, ask(learning_outcomes=wanted), matcher=matcher)


def test_an_esco_skill_matches_whatever_the_language(make_award, ask):
    found = compared(
        make_award, ask, [outcome("Limpia datos", SKILL, language="es")], [{"title": "Clean", "skills": [SKILL]}]
    )
    assert (found.matches[0].basis, found.matches[0].score, found.confirmed) == ("esco-skill", 1.0, 1.0)


def test_half_of_the_skills_is_half_an_outcome(make_award, ask):
    found = compared(make_award, ask, [outcome("x", SKILL)], [{"title": "Clean", "skills": [SKILL, OTHER_SKILL]}])
    assert found.confirmed == 0.5


def test_the_same_words_in_a_shared_language_match(make_award, ask):
    found = compared(make_award, ask, [outcome("clean  a data set.")], [{"title": "Clean a data set"}])
    assert found.matches[0].basis == "same-text"


def test_a_suggestion_is_marked_and_confirms_nothing(make_award, ask):
    found = compared(make_award, ask, [outcome("Clear data")], [{"title": "Clean data"}], Likeness())
    assert (found.matches[0].basis, found.matches[0].score) == ("suggestion", 0.9)
    assert (found.confirmed, found.with_suggestions, found.matched_by) == (0.0, 1.0, "first-letter")


def test_one_outcome_with_every_skill_answers_only_one(make_award, ask):
    """A provider that hangs every skill on one outcome gains nothing by it."""
    wanted = [{"title": "A", "skills": [SKILL]}, {"title": "B", "skills": [OTHER_SKILL]}]
    found = compared(make_award, ask, [outcome("Everything", SKILL, OTHER_SKILL)], wanted)
    assert found.confirmed == 0.5


def test_a_suggestion_never_takes_the_place_of_a_firm_match(make_award, ask):
    there = [outcome("Clean", SKILL), outcome("Cook")]
    found = compared(make_award, ask, there, [{"title": "Count"}, {"title": "Code", "skills": [SKILL]}], Likeness())
    assert [(one.has, one.basis) for one in found.matches] == [("Cook", "suggestion"), ("Clean", "esco-skill")]


def test_what_answers_nothing_is_listed(make_award, ask):
    found = compared(make_award, ask, [outcome("A"), outcome("B")], [{"title": "A"}])
    assert found.not_asked == ("B",)


def test_a_credential_with_thousands_of_outcomes_is_compared_in_part_and_says_so(make_award, ask):
    there = [outcome(f"Outcome {number}") for number in range(LARGEST_LIST + 50)]
    found = compared(make_award, ask, there, [{"title": "Outcome 3"}])
    assert (found.confirmed, found.left_out) == (1.0, 50)


def test_the_best_sum_wins_over_the_first_best_pair():
    assert best_assignment([[0.9, 0.8], [0.8, 0.1]]) == (1, 0)


@pytest.mark.parametrize("seed", range(20))
def test_no_other_assignment_is_better(seed):
    chance = random.Random(seed)
    rows, columns = chance.randint(1, 5), chance.randint(1, 5)
    scores = [[max(0.0, chance.random() - 0.3) for _ in range(columns)] for _ in range(rows)]
    given = best_assignment(scores)
    taken = [column for column in given if column is not None]
    assert len(taken) == len(set(taken))
    total = sum(scores[row][column] for row, column in enumerate(given) if column is not None)
    padded = [row + [0.0] * rows for row in scores]
    best = max(
        sum(padded[row][column] for row, column in enumerate(chosen))
        for chosen in itertools.permutations(range(columns + rows), rows)
    )
    assert total == pytest.approx(best)


def test_nothing_is_assigned_where_nothing_is_alike():
    assert best_assignment([[0.0, 0.0]]) == (None,)
    assert best_assignment([]) == ()
    assert best_assignment([[]]) == (None,)
