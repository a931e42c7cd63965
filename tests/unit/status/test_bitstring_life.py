"""Bitstring Status List: the ordinary life of a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import MalformedInput
from credenza.status import bitstring
from credenza.status.bitstring import BitstringEntry

from .bitstring_parts import ISSUER, NOW, URL, judged, list_document, revoked


def test_a_fresh_list_shows_every_credential_active():
    found = judged(list_document())
    assert (found.code, found.outcome) == ("status-active", "passed")


def test_revoking_one_leaves_its_neighbours_alone():
    document = list_document(revoked(8))
    codes = [judged(document, BitstringEntry(URL, index, "revocation")).code for index in (7, 8, 9)]
    assert codes == ["status-active", "status-revoked", "status-active"]


def test_suspension_is_told_apart_and_can_be_lifted():
    statuses = revoked()
    entry = BitstringEntry(URL, 7, "suspension")
    assert judged(list_document(statuses, purpose="suspension"), entry).code == "status-suspended"
    statuses.set(7, 0)
    assert judged(list_document(statuses, purpose="suspension"), entry).code == "status-active"


def test_a_message_is_told_to_the_reader():
    statuses = bitstring.new_statuses(size=2)
    statuses.set(7, 2)
    messages = ((0, "nothing"), (1, "delayed"), (2, "under appeal"), (3, "other"))
    entry = BitstringEntry(URL, 7, "message", size=2, messages=messages)
    found = judged(list_document(statuses, purpose="message"), entry)
    assert (found.code, found.outcome) == ("status-message", "warning")
    assert "under appeal" in found.reason


def test_a_purpose_of_its_own_is_a_warning_when_set():
    found = judged(list_document(revoked(), purpose="refresh"), BitstringEntry(URL, 7, "refresh"))
    assert (found.code, found.outcome) == ("status-set", "warning")


def test_no_credential_status_means_no_entries():
    assert bitstring.entries_of(None) == ()


def test_an_entry_survives_its_document():
    entry = BitstringEntry(URL, 94_567, "message", 2, ((0, "a"), (1, "b")), "https://x.example/why", f"{URL}#94567")
    assert bitstring.entries_of(entry.to_document()) == (entry,)
    assert entry.to_document()["statusListIndex"] == "94567"


def test_an_index_as_a_number_is_read_too():
    (entry,) = bitstring.entries_of({**BitstringEntry(URL, 7, "revocation").to_document(), "statusListIndex": 7})
    assert isinstance(entry, BitstringEntry)
    assert entry.index == 7


def test_the_list_credential_says_who_when_and_how_long_to_keep_it():
    parsed = bitstring.parse_list(list_document())
    assert parsed.issuer == ISSUER
    assert parsed.time_to_live == timedelta(minutes=5)
    assert parsed.valid_until == NOW + timedelta(days=1)
    assert parsed.purposes == {"revocation"}


def test_an_issuer_with_a_name_and_the_dates_of_the_older_data_model_are_read():
    document = list_document(issuer={"id": ISSUER, "name": "A university"})
    document["expirationDate"] = document.pop("validUntil")
    assert judged(document, now=NOW + timedelta(days=2)).code == "status-list-expired"


def test_a_list_under_the_minimum_cannot_be_made():
    with pytest.raises(MalformedInput) as error:
        bitstring.new_statuses(131_071)
    assert error.value.code == "status-list-too-short"


def test_the_first_index_is_the_left_most_bit():
    assert bytes(revoked(0))[0] == 0b1000_0000
    assert bytes(revoked(7))[0] == 0b0000_0001


def test_the_same_list_has_the_same_text():
    assert bitstring.encode(revoked()) == bitstring.encode(revoked())


@settings(max_examples=50, deadline=None)
@given(
    size=st.integers(1, 16),
    changes=st.dictionaries(st.integers(0, 131_071), st.integers(0, 65_535), max_size=20),
)
def test_what_is_set_is_read_back_and_nothing_else_changes(size, changes):
    statuses = bitstring.new_statuses(size=size)
    expected = {index: value % (1 << size) for index, value in changes.items()}
    for index, value in expected.items():
        statuses.set(index, value)
    read = bitstring.decode(bitstring.encode(statuses), size=size)
    assert {index: read.get(index) for index in expected} == expected
    assert sum(1 for index in range(0, 131_072, 997) if read.get(index) and index not in expected) == 0


def test_a_value_that_does_not_fit_is_refused():
    statuses = bitstring.new_statuses()
    for value in (2, -1):
        with pytest.raises(MalformedInput) as error:
            statuses.set(7, value)
        assert error.value.code == "status-value-out-of-range"
    for index in (-1, 131_072):
        with pytest.raises(MalformedInput) as error:
            statuses.set(index, 1)
        assert error.value.code == "status-index-out-of-range"


def test_many_are_revoked_at_once():
    statuses = bitstring.new_statuses()
    statuses.update([1, 5, 9], 1)
    assert [index for index in range(12) if statuses.get(index)] == [1, 5, 9]
