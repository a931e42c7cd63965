"""EDC's accreditation rule: awards that claim more than they may, then awards that are covered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from credenza.trust.accreditation import AccreditationLimits, Awarded, judge

FIELD = "http://data.europa.eu/snb/isced-f/"
EQF = "http://data.europa.eu/snb/eqf/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"

LIMITS = AccreditationLimits(
    id="https://register.example/1",
    decision=None,
    organisation_ids=frozenset({"VATES-A00000000", "https://university.example"}),
    valid_from=date(2024, 1, 1),
    valid_until=date(2026, 12, 31),
    review_due=date(2025, 6, 30),
    limit_qualifications=frozenset({"urn:q:1"}),
    limit_credential_types=frozenset({"urn:type:micro"}),
    limit_eqf_levels=frozenset({EQF + "5", EQF + "6"}),
    limit_fields=frozenset({FIELD + "061"}),
    limit_jurisdictions=frozenset({COUNTRY + "ESP"}),
)
AWARDED = Awarded(
    awarded_on=date(2026, 11, 24),
    organisation_ids=frozenset({"VATES-A00000000"}),
    qualification="urn:q:1",
    credential_type="urn:type:micro",
    eqf_level=EQF + "5",
    fields=frozenset({FIELD + "0613"}),
    jurisdiction=COUNTRY + "ESP",
)


def test_an_award_without_a_claimed_accreditation_is_not_passed():
    found = judge(AWARDED, [])
    assert (found.code, found.outcome) == ("accreditation-none-claimed", "not_checked")


@pytest.mark.parametrize("ids", [{"VATES-B11111111"}, set()])
def test_another_organisation_s_accreditation_does_not_help(ids):
    found = judge(replace(AWARDED, organisation_ids=frozenset(ids)), [LIMITS])
    assert (found.code, found.outcome) == ("accreditation-other-organisation", "failed")


def test_an_accreditation_for_nobody_helps_nobody():
    nobody = replace(LIMITS, organisation_ids=frozenset())
    assert judge(replace(AWARDED, organisation_ids=frozenset()), [nobody]).code == "accreditation-other-organisation"


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1)])
def test_an_award_outside_the_dates_fails(day):
    found = judge(replace(AWARDED, awarded_on=day), [LIMITS])
    assert (found.code, found.outcome) == ("accreditation-not-in-force", "failed")


@pytest.mark.parametrize("decision", ["denied", "Withdrawn", "negative"])
def test_a_refused_accreditation_is_none(decision):
    assert judge(AWARDED, [replace(LIMITS, decision=decision)]).code == "accreditation-not-in-force"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"qualification": "urn:q:2"}, "qualification"),
        ({"credential_type": "urn:type:degree"}, "type of credential"),
        ({"eqf_level": EQF + "7"}, "EQF level"),
        ({"eqf_level": None}, "EQF level"),
        ({"fields": frozenset({FIELD + "0613", FIELD + "0413"})}, "field of education"),
        ({"fields": frozenset()}, "field of education"),
        ({"fields": frozenset({FIELD + "06"})}, "field of education"),
        ({"fields": frozenset({"0613"})}, "field of education"),
        ({"jurisdiction": COUNTRY + "FRA"}, "country"),
        ({"jurisdiction": None}, "country"),
    ],
)
def test_an_award_beyond_a_limit_fails_and_the_limit_is_named(change, named):
    found = judge(replace(AWARDED, **change), [LIMITS])
    assert (found.code, found.outcome) == ("accreditation-outside-limits", "failed")
    assert named in found.reason


def test_an_award_within_every_limit_is_covered():
    found = judge(AWARDED, [LIMITS])
    assert (found.code, found.outcome) == ("accreditation-covers", "passed")


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2026, 12, 31)])
def test_the_first_and_last_day_count(day):
    assert judge(replace(AWARDED, awarded_on=day), [LIMITS]).code == "accreditation-covers"


def test_an_overdue_review_does_not_end_an_accreditation():
    assert judge(AWARDED, [replace(LIMITS, review_due=date(2025, 1, 1))]).code == "accreditation-covers"


def test_no_limits_limit_nothing():
    free = AccreditationLimits("x", None, frozenset({"VATES-A00000000"}))
    assert judge(Awarded(date(1999, 1, 1), frozenset({"VATES-A00000000"})), [free]).code == "accreditation-covers"


def test_one_covering_accreditation_of_several_is_enough():
    other = replace(LIMITS, organisation_ids=frozenset({"VATES-B11111111"}))
    assert judge(AWARDED, [other, LIMITS]).code == "accreditation-covers"


def test_of_several_the_nearest_miss_is_told():
    other = replace(LIMITS, organisation_ids=frozenset({"VATES-B11111111"}))
    near = replace(LIMITS, limit_eqf_levels=frozenset({EQF + "8"}))
    assert judge(AWARDED, [other, near, other]).code == "accreditation-outside-limits"
