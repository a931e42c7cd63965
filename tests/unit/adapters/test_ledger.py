"""The ledger: one credential for a learner, the same id and place in every run, whatever was killed in between."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from credenza.adapters.ledger import SqliteLedger
from credenza.errors import Conflict, MalformedInput
from credenza.ports.issuing import Claimed
from credenza.record import StatusPurpose

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
ANA = Claimed(("ana",), "content-1")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.sqlite"


def test_a_second_run_gets_the_same_reservation(file):
    first = SqliteLedger(file).reserve("mc", [ANA], issued=NOW)
    again = SqliteLedger(file).reserve("mc", [ANA], issued=LATER)
    assert first == again


def test_what_was_finished_is_remembered(file):
    ledger = SqliteLedger(file)
    (one,) = ledger.reserve("mc", [ANA], issued=NOW)
    ledger.finish([(one.credential_id, ["elm"])])
    ledger.finish([(one.credential_id, ["pdf"])])
    assert SqliteLedger(file).reserve("mc", [ANA], issued=NOW)[0].done == {"elm", "pdf"}


def test_a_changed_row_is_noticed_once_it_was_issued(file):
    ledger = SqliteLedger(file)
    (one,) = ledger.reserve("mc", [ANA], issued=NOW)
    assert not ledger.reserve("mc", [Claimed(("ana",), "content-2")], issued=NOW)[0].changed
    ledger.finish([(one.credential_id, ["elm"])])
    assert ledger.reserve("mc", [ANA], issued=NOW)[0].changed


def test_it_is_noticed_that_a_credential_was_made_from_something_else(file):
    ledger = SqliteLedger(file)
    ledger.reserve("mc", [ANA], issued=NOW, origin="first")
    (one,) = ledger.reserve("mc", [ANA], issued=NOW, origin="second")
    assert not one.altered  # it was never written
    ledger.finish([(one.credential_id, ["elm"])])
    assert not ledger.reserve("mc", [ANA], issued=NOW, origin="second")[0].altered
    assert ledger.reserve("mc", [ANA], issued=NOW, origin="first")[0].altered


def test_a_ledger_from_before_goes_on(file):
    ledger = SqliteLedger(file)
    (one,) = ledger.reserve("mc", [ANA], issued=NOW)
    ledger.finish([(one.credential_id, ["elm"])])
    ledger.close()
    with closing(sqlite3.connect(file)) as before:
        before.execute("ALTER TABLE credential DROP COLUMN origin")
    (again,) = SqliteLedger(file).reserve("mc", [ANA], issued=NOW, origin="now")
    assert (again.credential_id, again.done, again.altered) == (one.credential_id, {"elm"}, False)


def test_the_same_learner_may_have_another_micro_credential(file):
    ledger = SqliteLedger(file)
    assert (
        ledger.reserve("a", [ANA], issued=NOW)[0].credential_id
        != ledger.reserve("b", [ANA], issued=NOW)[0].credential_id
    )


def test_places_are_never_given_twice(file):
    ledger = SqliteLedger(file)
    reserved = ledger.reserve("mc", [Claimed((str(number),), "x") for number in range(2000)], issued=NOW)
    assert len({(one.list_number, one.index) for one in reserved}) == 2000
    indexes = [one.index for one in reserved]
    assert indexes != sorted(indexes)


def test_a_revocation_is_for_good_and_a_suspension_is_not(file):
    ledger = SqliteLedger(file)
    (one,) = ledger.reserve("mc", [ANA], issued=NOW)
    ledger.set_status(one.credential_id, StatusPurpose.SUSPENSION, True, at=NOW)
    assert next(iter(ledger.statuses())).suspended
    ledger.set_status(one.credential_id, StatusPurpose.SUSPENSION, False, at=NOW)
    assert not next(iter(ledger.statuses())).suspended
    ledger.set_status(one.credential_id, StatusPurpose.REVOCATION, True, at=NOW)
    with pytest.raises(Conflict):
        ledger.set_status(one.credential_id, StatusPurpose.SUSPENSION, False, at=NOW)


def test_after_a_revocation_the_learner_may_get_a_new_one(file):
    ledger = SqliteLedger(file)
    (one,) = ledger.reserve("mc", [ANA], issued=NOW)
    ledger.set_status(one.credential_id, StatusPurpose.REVOCATION, True, at=NOW)
    assert ledger.reserve("mc", [ANA], issued=NOW)[0].credential_id != one.credential_id


def test_an_unknown_credential_cannot_be_revoked(file):
    with pytest.raises(MalformedInput):
        SqliteLedger(file).set_status("urn:uuid:none", StatusPurpose.REVOCATION, True, at=NOW)


def test_an_error_in_a_transaction_leaves_nothing(file):
    ledger = SqliteLedger(file)
    with pytest.raises(AttributeError):
        ledger.reserve("mc", [ANA, None], issued=NOW)  # type: ignore[list-item]
    assert list(ledger.statuses()) == []
