"""The core's English sentences in the reader's language, and what has no translation marked as English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from credenza.record.annex_i import elements, findings
from credenza.service import telling
from credenza.service.telling import told, told_or_english

_LEAST = 12  # letters that tell one text from another
PACKAGE = Path(telling.__file__).resolve().parents[1]
CATALOGUE = Path(telling.__file__).parent / "core_sentences" / "de" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("finding", findings().values(), ids=lambda finding: finding.code)
def test_what_the_annex_i_check_finds_and_how_to_mend_it_is_told_in_german(finding):
    with override("de"):
        assert told(finding.message) != finding.message
        assert told(finding.how) != finding.how


def test_the_sixteen_elements_have_german_names():
    with override("de"):
        assert not [element.name for element in elements() if told(element.name) == element.name]


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


def test_no_sentence_is_translated_that_nothing_says_any_more():
    """A sentence that is reworded in the code must be reworded in core_sentences/ or telling.py too."""
    said = _said()
    sentences = [ast.literal_eval(key) for key in re.findall(r"^msgid (\".+\")$", CATALOGUE.read_text("utf-8"), re.M)]
    patterns = [re.sub(r"%\(\w+\)s", "X", pattern) for pattern in telling.PATTERNS]
    sentences += [pattern for pattern in patterns if len(pattern) >= _LEAST]
    assert len(sentences) > 300
    clause = {one: one[0].lower() + one[1:].rstrip(".") for one in sentences}  # some become sentences later
    assert [one for one in sentences if not said.fullmatch(one) and not said.fullmatch(clause[one])] == []


def _said() -> re.Pattern[str]:
    """Every text of the package's code, anything standing where it puts a value in, and of the Annex I tables."""
    texts = {re.escape(text) for one in findings().values() for text in (one.message, one.how, one.element.name)}
    texts |= {re.escape(element.name) for element in elements()}
    for path in PACKAGE.rglob("*.py"):
        if path.name != "told_patterns.py":
            texts |= {text for text in map(_as_pattern, ast.walk(ast.parse(path.read_text("utf-8")))) if text}
    return re.compile("|".join(texts))


def _as_pattern(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    written = [one.value if isinstance(one, ast.Constant) else None for one in node.values]
    few = sum(len(text) for text in written if text) < _LEAST
    return "" if few else "".join(".+" if text is None else re.escape(text) for text in written)
