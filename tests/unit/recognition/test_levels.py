"""Levels are compared through the EQF, with the way there; what is not known is said to be unknown."""

import pytest

from credenza.recognition.levels import compare_levels
from credenza.record import Concept, Text, concept
from credenza.vocabulary import vocabulary
from credenza.vocabulary.frameworks import NationalLevel, frameworks, read_referencing


def offered(make_award, eqf=None, nqf=(), cycle=None):
    levels = tuple(Concept(uri=one) if one.startswith("http") else concept("nqf", one) for one in nqf)
    stated = {"eqf_level": concept("eqf", eqf) if eqf else None, "nqf_levels": levels}
    return make_award(
        definition=stated | {"qf_ehea_cycle": concept("qf-ehea", cycle) if cycle else None}
    ).micro_credential


@pytest.mark.parametrize(
    ("has", "asked", "result"),
    [
        ({"eqf": "6"}, {"eqf": 6}, "equal"),
        ({"eqf": "7"}, {"eqf": 6}, "higher"),
        ({"eqf": "5"}, {"eqf": 6}, "lower"),
        ({"nqf": ["MECU Level 6"]}, {"nqf": ["FiNQF Level 6"]}, "equal"),
        ({"nqf": ["MECU Level 5"]}, {"nqf": ["IE NQF Level 7"]}, "lower"),
        ({"nqf": ["IE NQF Level 7"]}, {"nqf": ["IE NQF Level 8"]}, "lower"),
        ({"nqf": ["IE NQF Level 8"]}, {"nqf": ["IE NQF Level 7"]}, "higher"),
        ({"nqf": ["IE NQF Level 9", "IE NQF Level 7"]}, {"nqf": ["IE NQF Level 8"]}, "lower"),
        ({"nqf": ["BH NQF Level 6"]}, {"nqf": ["BH NQF Level 6"]}, "equal"),
        ({"nqf": ["BH NQF Level 5"]}, {"nqf": ["BH NQF Level 6"]}, "lower"),
        ({"nqf": ["ISQF Level 1"]}, {"nqf": ["CROQF Level 1"]}, "unknown"),
        ({"cycle": "first-cycle"}, {"eqf": 6}, "equal"),
        ({"cycle": "short-cycle"}, {"eqf": 6}, "lower"),
        ({}, {"eqf": 6}, "unknown"),
        ({"nqf": ["BH NQF Level 6"]}, {"eqf": 6}, "unknown"),
        ({"eqf": "6"}, {}, "not-asked"),
    ],
)
def test_two_levels_meet_in_the_eqf(make_award, ask, has, asked, result):
    assert compare_levels(offered(make_award, **has), ask(**asked), frameworks()).result == result


def test_a_level_raised_above_its_own_national_level_is_a_contradiction(make_award, ask):
    """A forger's trick: EQF 7 is written beside a national level that is EQF 6."""
    compared = compare_levels(offered(make_award, eqf="7", nqf=["MECU Level 6"]), ask(eqf=7), frameworks())
    assert compared.result == "contradictory"
    assert compared.has == 6


def test_the_way_to_the_eqf_names_its_source_and_the_level_at_home(make_award, ask):
    compared = compare_levels(offered(make_award, nqf=["MECU Level 6"]), ask(eqf=6, country="IE"), frameworks())
    assert "referencing report of Spain" in compared.has_steps[0].source
    assert compared.in_country == ("IE NQF Level 7", "IE NQF Level 8")


def test_an_operator_table_makes_an_unknown_level_known(make_award, ask):
    uri = vocabulary("nqf").find("BH NQF Level 6").uri
    table = read_referencing(["uri,country,eqf,label,source", f"{uri},BA,6,BH NQF Level 6,Referencing report 2099"])
    known = frameworks().with_table(table)
    compared = compare_levels(offered(make_award, nqf=["BH NQF Level 6"]), ask(eqf=6), known)
    assert compared.result == "equal"
    assert compared.has_steps[0].source == "Referencing report 2099"


def test_a_level_of_someones_own_is_unknown_whatever_its_label_says(make_award, ask):
    own = Concept(uri="http://data.europa.eu/snb/qdr/made-up", labels=Text.of("EQF Level 8"))
    award = make_award(definition={"eqf_level": None, "nqf_levels": (own,)})
    assert compare_levels(award.micro_credential, ask(eqf=6), frameworks()).result == "unknown"


def test_an_eqf_level_that_is_no_official_term_is_unknown(make_award, ask):
    own = Concept(uri="http://data.europa.eu/snb/eqf/99", labels=Text.of("8"))
    award = make_award(definition={"eqf_level": own})
    assert compare_levels(award.micro_credential, ask(eqf=6), frameworks()).result == "unknown"


def test_every_level_with_an_eqf_level_names_who_says_so():
    known = frameworks()
    for one in vocabulary("nqf"):
        level = known.level(one.uri)
        assert level is None or (isinstance(level, NationalLevel) and (level.eqf is None) == (level.source is None))
