"""Vocabularies: found by code or label in any language, suggested when mistyped, never claimed when foreign."""

import pytest

from credenza.errors import MalformedInput
from credenza.vocabulary import (
    LANGUAGES,
    Membership,
    eqf_of,
    esco_vocabulary,
    membership,
    names,
    national_levels,
    read_esco,
    term,
    vocabulary,
    word,
)

EQF = "http://data.europa.eu/snb/eqf/"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("eqf", "EQF 6", "6"),
        ("eqf", "Niveau 6", "6"),
        ("country", "ie", "IE"),
        ("country", "Ελλάδα", "GR"),
        ("country", "el", "GR"),
        ("country", "irl", "IE"),
        ("language", "Deutsch", "de"),
        ("mode", "face-to-face", "on-site"),
        ("isced-f", "0688", "0688"),
        ("nuts", "IE061", "IE061"),
        ("credit", "ects", "ECTS"),
        ("assessment", "schriftliche Prüfung", "written-examination"),
    ],
)
def test_terms_are_found_by_code_and_label(name, text, code):
    found = vocabulary(name).find(text)
    assert found is not None
    assert found.notation == code


def test_a_mistyped_term_has_suggestions():
    assert vocabulary("mode").suggest("onlin")[0].notation == "online"


def test_every_term_is_found_by_its_own_uri():
    for name in names():
        for one in vocabulary(name):
            assert term(one.uri) is one


@pytest.mark.parametrize("name", ["eqf", "qf-ehea", "skill-type"])
def test_small_vocabularies_have_every_language(name):
    for one in vocabulary(name):
        assert set(LANGUAGES) <= set(one.labels)


def test_countries_and_the_main_modes_have_every_language():
    assert set(LANGUAGES) <= set(vocabulary("country").find("IE").labels)
    for code in ("online", "blended", "on-site"):
        assert set(LANGUAGES) <= set(vocabulary("mode").find(code).labels)


def test_a_label_without_translation_falls_back_to_english():
    assert vocabulary("isced-f").find("0688").label("mt").startswith("Inter-disciplinary")


@pytest.mark.parametrize(
    ("uri", "scheme", "judgement"),
    [
        (EQF + "6", EQF + "25831c2", Membership.MEMBER),
        (EQF + "99", EQF + "25831c2", Membership.NOT_A_MEMBER),
        (EQF + "99", None, Membership.NOT_A_MEMBER),
        ("https://uni.example/eqf/6", EQF + "25831c2", Membership.NOT_A_MEMBER),
        (EQF + "6", "https://uni.example/own", Membership.WRONG_SCHEME),
        (EQF + "6", "http://data.europa.eu/snb/isced-f/25831c2", Membership.NOT_A_MEMBER),
        ("https://uni.example/1", "https://uni.example/own", Membership.UNKNOWN_SCHEME),
    ],
)
def test_membership_is_judged_by_the_table_not_by_what_is_asserted(uri, scheme, judgement):
    assert membership(uri, scheme) is judgement


def test_national_levels_lead_to_the_eqf_and_back():
    assert {one.label("en") for one in national_levels(6, "IE")} == {"IE NQF Level 7", "IE NQF Level 8"}
    assert eqf_of(vocabulary("nqf").find("DQR Level 6").uri) == 6
    assert eqf_of(vocabulary("nqf").find("SCQF Level 9").uri) == 6
    assert eqf_of("https://uni.example/level") is None


def test_every_word_has_every_language():
    from credenza.vocabulary.terms import read_table

    for row in read_table("words.csv"):
        assert [language for language in LANGUAGES if not row.get(language)] == []
    assert word("grade", "de") == "Note"
    with pytest.raises(KeyError):
        word("no-such-word", "en")


ESCO = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels\n"
SKILL = 'KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/0001-a,skill/competence,transversal,{},"x\ny"\n'


def test_esco_is_imported_with_alternative_labels():
    lines = ("\ufeff" + ESCO + SKILL.format("write code")).splitlines(keepends=True)
    index = esco_vocabulary(read_esco(lines), "en")
    assert index.find("Y").label("en") == "write code"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "esco-columns-missing"),
        ("", "esco-columns-missing"),
        (ESCO + SKILL.format(""), "esco-row-malformed"),
        (ESCO + SKILL.replace("http://data.europa.eu/esco/skill", "javascript:x").format("l"), "esco-row-malformed"),
    ],
)
def test_other_files_are_not_taken_for_esco(text, code):
    with pytest.raises(MalformedInput) as caught:
        list(read_esco(["a\rb,c\n"]))
    assert caught.value.code == "esco-row-malformed"
    with pytest.raises(MalformedInput) as caught:
        list(read_esco(text.splitlines(keepends=True)))
    assert caught.value.code == code


def test_the_tables_hold_every_term_of_the_official_sources(shared_data):
    import re

    source = shared_data / "elm" / "vocabularies"
    files = {"eqf": "eqf", "isced-f": "isced-f", "nuts": "nuts", "country": "country", "nqf": "nqf", "atu": "atu"}
    files |= {"assessment": "europass-learning-assessment-types", "mode": "europass-modes"}
    for name, file in files.items():
        uris = set(re.findall(r'xs:enumeration\s+value="([^"]+)"', (source / f"{file}.xsd").read_text("utf-8")))
        assert uris == {one.uri for one in vocabulary(name)}
