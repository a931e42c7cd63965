"""The referencing of national frameworks: sourced, importable, unknown where it is unknown."""

import pytest

from credenza.errors import MalformedInput
from credenza.vocabulary import eqf_of, national_levels, vocabulary
from credenza.vocabulary.frameworks import frameworks, read_referencing

HEADER = "uri,country,eqf,label,source"
EU_AND_EEA = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


@pytest.mark.parametrize("country", EU_AND_EEA)
def test_a_bachelor_level_of_each_country_is_known(country):
    assert national_levels(6, country)


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("IE NQF Level 8", 6),
        ("SCQF Level 9", 6),
        ("SQF Level 8", 7),
        ("CROQF Level 7.2", 7),
        ("RQF Level 3", 4),
        ("NQF RNCP Level III", 5),
    ],
)
def test_frameworks_with_levels_of_their_own_are_not_taken_number_for_number(label, level):
    assert eqf_of(vocabulary("nqf").find(label).uri) == level


def test_a_framework_that_is_not_linked_to_the_eqf_is_unknown():
    """The German-speaking Community of Belgium has a framework that was never referenced."""
    assert eqf_of(vocabulary("nqf").find("QDG Level 6").uri) is None


def test_the_table_of_an_operator_wins_and_may_bring_new_levels():
    uri = "https://ministry.example/nqf/6"
    known = frameworks().with_table(read_referencing(["\ufeff" + HEADER, f"{uri},UA,6,NQF Level 6,Report 2010"]))
    assert known.level(uri).eqf == 6
    assert [one.label for one in known.referenced(6, "ua")] == ["NQF Level 6"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["a,b"], "referencing-columns-missing"),
        ([], "referencing-columns-missing"),
        ([HEADER, "x,FR,6,L,S"], "referencing-row-malformed"),
        ([HEADER, "https://a.example/1,France,6,L,S"], "referencing-row-malformed"),
        ([HEADER, "https://a.example/1,FR,9,L,S"], "referencing-row-malformed"),
        ([HEADER, "https://a.example/1,FR,6,L,"], "referencing-row-malformed"),
        ([HEADER, "https://a.example/1,FR,6"], "referencing-row-malformed"),
    ],
)
def test_a_table_that_cannot_be_relied_on_is_refused(lines, code):
    with pytest.raises(MalformedInput) as refused:
        read_referencing(lines)
    assert refused.value.code == code
