"""Workloads are compared in ECTS, and the conversion is shown."""

from decimal import Decimal

import pytest

from credenza.recognition.workloads import compare_workloads
from credenza.record import Credit, concept


def offered(make_award, ects, hours):
    credits = (Credit(framework=concept("credit", "ECTS"), points=Decimal(ects)),) if ects else ()
    return make_award(definition={"credits": credits, "workload": f"PT{hours}H" if hours else None}).micro_credential


@pytest.mark.parametrize(
    ("ects", "hours", "asked", "result"),
    [
        (3, 75, {"ects": 3}, "sufficient"),
        (2, 50, {"ects": 3}, "insufficient"),
        (None, 90, {"ects": 3}, "sufficient"),
        (None, 80, {"ects": 3}, "borderline"),
        (None, 80, {"ects": 3, "hours_per_ects": 25}, "sufficient"),
        (None, 60, {"ects": 3}, "insufficient"),
        (None, 80, {"workload_hours": 81}, "insufficient"),
        (None, 81, {"workload_hours": 81}, "sufficient"),
        (3, None, {"workload_hours": 75}, "sufficient"),
        (3, None, {"workload_hours": 80}, "borderline"),
        (None, None, {"ects": 3}, "unknown"),
        (3, 75, {}, "not-asked"),
    ],
)
def test_a_workload_is_enough_or_not(make_award, ask, ects, hours, asked, result):
    assert compare_workloads(offered(make_award, ects, hours), ask(**asked)).result == result


def test_credits_that_the_hours_do_not_bear_out_are_not_believed(make_award, ask):
    """Thirty credits for ten hours of work: the range spans both, and nothing is called sufficient."""
    compared = compare_workloads(offered(make_award, 30, 10), ask(ects=3))
    assert compared.result == "borderline"
    assert not compared.has.consistent
    assert "do not agree" in compared.reason


def test_the_conversion_is_told(make_award, ask):
    assert "75 h / 25-30 h = 2.5-3 ECTS" in compare_workloads(offered(make_award, None, 75), ask(ects=3)).reason
