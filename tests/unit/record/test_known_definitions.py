"""A definition is judged once, and never taken for another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from credenza.record import annex_i
from credenza.record.annex_i import check_award

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def codes(award: Any) -> set[str]:
    return {finding.code for finding in check_award(award, now=NOW)}


def test_a_changed_copy_of_a_judged_definition_is_judged_by_itself(make_award: Any) -> None:
    award = make_award()
    before = codes(award)
    assert "workload-missing" not in before
    bare = award.micro_credential.model_copy(update={"workload": None, "credits": ()})
    assert "workload-missing" in codes(award.model_copy(update={"micro_credential": bare}))
    assert codes(award) == before


def test_the_same_definition_of_another_issuer_is_judged_with_that_issuer(make_award: Any) -> None:
    award = make_award()
    assert "country-missing" not in codes(award)
    elsewhere = award.issuer.model_copy(update={"location": None})
    assert "country-missing" in codes(award.model_copy(update={"issuer": elsewhere}))


def test_judged_definitions_do_not_fill_the_memory(make_award: Any) -> None:
    found = [codes(make_award(definition={"workload": None, "credits": ()} if odd else {})) for odd in (0, 1) * 100]
    assert all(("workload-missing" in one) == bool(odd) for one, odd in zip(found, (0, 1) * 100, strict=True))
    assert len(annex_i._judged) <= 64
