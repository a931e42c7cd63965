"""The core's English sentences in the reader's language, and what has no translation marked as English."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from credenza.service.telling import told, told_or_english


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("The issuer has revoked this credential.", "Die ausstellende Stelle hat diesen Nachweis widerrufen."),
        ("It was valid until 2031-11-20.", "Er war gültig bis 20. November 2031."),
        (
            "The European standard asks for more: Learning outcomes; Grade achieved.",
            "Der europäische Standard verlangt mehr: Lernergebnisse; Erreichte Note.",
        ),
        (
            "It meets the European standard, with a weak point: The title is not given in English.",
            "Er erfüllt den europäischen Standard, mit einer Schwachstelle: Der Titel fehlt auf Englisch.",
        ),
        (
            "No workload is asked; the credential states 1 ECTS as stated.",
            "Kein Arbeitsaufwand ist verlangt; der Nachweis nennt 1 ECTS wie angegeben.",
        ),
        (
            "class.xls is in the old .xls format: save it as .xlsx.",
            "class.xls hat das alte Format .xls: Speichern Sie die Datei als .xlsx.",
        ),
        (
            "The definition cannot be read: 'x' is not a term of the list mode."
            " Did you mean online (Online)? (2 more problems)",
            "Die Beschreibung: nicht lesbar. „x“ ist kein Begriff der Liste „Formen der Teilnahme“. "
            "Meinten Sie online (Online)? (2 weitere Hinweise)",
        ),
        (
            "The Open Badge is not well formed at issuer: Value error, the text is empty.",
            "Der Open Badge ist an der Stelle issuer nicht wohlgeformt: der Text ist leer.",
        ),
        (
            "The workload is enough: 2 ECTS as stated; asked are 1 ECTS as stated.",
            "Der Arbeitsaufwand reicht: 2 ECTS wie angegeben; verlangt sind 1 ECTS wie angegeben.",
        ),
        ("It was valid until 2031-99-99.", "Er war gültig bis 2031-99-99."),
    ],
)
def test_sentences_with_names_days_and_other_sentences_in_them_are_told(english, german):
    with override("de"):
        assert told(english) == german
    with override("en"):
        assert told(english) == english


def test_what_has_no_translation_stays_english_and_is_read_aloud_as_english():
    with override("de"):
        assert told("A sentence that nobody <b>translated</b>.") == "A sentence that nobody <b>translated</b>."
        marked = told_or_english("A sentence that nobody <b>translated</b>.")
        assert marked == '<span lang="en">A sentence that nobody &lt;b&gt;translated&lt;/b&gt;.</span>'


def test_names_from_a_credential_are_never_taken_as_markup_or_as_places():
    """Whoever writes a credential chooses the names in it."""
    with override("de"):
        text = told("The key belongs to <script>%(name)s, whom you trust.")
    assert text == "Der Schlüssel gehört <script>%(name)s; dieser Stelle vertrauen Sie."
    assert not hasattr(text, "__html__")


@pytest.mark.parametrize(
    "hostile", ["a: " * 330, "a cannot be read: " * 55, "‘a’ is complete: " + " of " * 200 + " ECTS."]
)
def test_a_sentence_that_nests_without_end_is_told_no_deeper_than_the_core_s_own(hostile):
    with override("de"):
        assert len(told(hostile)) <= 2 * len(hostile)


def test_a_name_in_a_sentence_is_told_as_it_is():
    sentence = "By the rule ‘Small courses of level 6’ of Example Institute: EQF level 6."
    with override("de"):
        assert told(sentence).startswith("Nach der Regel „Small courses of level 6“ von Example Institute:")
