"""Bitstring Status List: attacks first, then the ordinary life of a list."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.encoding import multibase
from credenza.errors import MalformedInput
from credenza.status import bitstring
from credenza.status.bitstring import BitstringEntry, UnknownStatus

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
URL = "https://issuer.example/status/1"
ISSUER = "did:web:issuer.example"


def _document(statuses=None, **changes):
    document = bitstring.list_credential(
        statuses or bitstring.new_statuses(),
        url=URL,
        issuer=ISSUER,
        purpose=changes.pop("purpose", "revocation"),
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=1),
        time_to_live=timedelta(minutes=5),
    )
    return {**document, **changes}


def _with_list(encoded):
    document = _document()
    document["credentialSubject"]["encodedList"] = encoded
    return document


def _judge(document, entry=None, *, now=NOW, issuers=(ISSUER,)):
    entry = entry or BitstringEntry(URL, 7, "revocation")
    return bitstring.judge(entry, bitstring.parse_list(document), expected_issuers=issuers, now=now)


def _revoked(index=7):
    statuses = bitstring.new_statuses()
    statuses.set(index, 1)
    return statuses


# Attacks


def test_a_list_by_somebody_else_does_not_absolve():
    """A forger's own, properly signed list says nothing about the issuer's credential."""
    found = _judge(_document(issuer="did:web:forger.example"))
    assert (found.code, found.outcome) == ("status-list-issuer-mismatch", "failed")


def test_another_list_of_the_same_issuer_cannot_be_put_in_its_place():
    found = _judge(_document(id="https://issuer.example/status/2"))
    assert (found.code, found.outcome) == ("status-list-id-mismatch", "failed")


def test_a_list_for_another_purpose_does_not_absolve():
    found = _judge(_document(purpose="suspension"))
    assert (found.code, found.outcome) == ("status-purpose-mismatch", "failed")


def test_a_list_too_short_to_hide_a_learner_in_fails():
    found = _judge(_with_list(multibase.encode_u(gzip.compress(bytes(16_383)))))
    assert (found.code, found.outcome) == ("status-list-too-short", "failed")


def test_a_list_of_two_bit_statuses_needs_twice_the_bytes():
    entry = BitstringEntry(URL, 7, "revocation", size=2)
    assert _judge(_document(), entry).code == "status-list-too-short"


def test_an_index_beyond_the_list_fails():
    found = _judge(_document(), BitstringEntry(URL, 131_072, "revocation"))
    assert (found.code, found.outcome) == ("status-index-out-of-range", "failed")


def test_an_old_list_replayed_after_its_end_does_not_absolve():
    found = _judge(_document(), now=NOW + timedelta(days=2))
    assert (found.code, found.outcome) == ("status-list-expired", "not_checked")


def test_an_old_list_that_revokes_still_revokes():
    assert _judge(_document(_revoked()), now=NOW + timedelta(days=2)).code == "status-revoked"


def test_a_list_not_yet_valid_does_not_absolve():
    found = _judge(_document(), now=NOW - timedelta(days=2))
    assert (found.code, found.outcome) == ("status-list-not-yet-valid", "not_checked")


def test_a_decompression_bomb_is_stopped():
    """Sixteen kilobytes that would unpack to seventeen megabytes."""
    with pytest.raises(MalformedInput) as error:
        bitstring.parse_list(_with_list(multibase.encode_u(gzip.compress(bytes(17 * 1024 * 1024)))))
    assert error.value.code == "status-list-too-large"


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "H4sIAAAA",
        "z6Mk",
        "u!!!!",
        multibase.encode_u(b"not gzip"),
        multibase.encode_u(gzip.compress(bytes(16_384), mtime=0)[:-1]),
        multibase.encode_u(gzip.compress(bytes(16_384), mtime=0) + b"x"),
        multibase.encode_u(gzip.compress(bytes(16_384), mtime=0) * 2),
        multibase.encode_u(gzip.compress(bytes(16_384), mtime=0)[:-8] + bytes(8)),
        7,
        None,
    ],
)
def test_a_damaged_list_is_malformed_and_not_empty(encoded):
    with pytest.raises(MalformedInput) as error:
        bitstring.parse_list(_with_list(encoded))
    assert error.value.code == "status-list-malformed"


@pytest.mark.parametrize(
    "change",
    [
        {"type": ["VerifiableCredential"]},
        {"credentialSubject": []},
        {"credentialSubject": {"type": "Other"}},
        {"credentialSubject": {"type": "BitstringStatusList"}},
        {"issuer": None},
        {"issuer": {"name": "nobody"}},
        {"validUntil": "tomorrow"},
        {"validUntil": "2026-11-24T09:00:00"},
        {"validUntil": "2026-13-24T09:00:00Z"},
        {"id": 7},
    ],
)
def test_what_is_not_a_status_list_is_malformed(change):
    with pytest.raises(MalformedInput) as error:
        bitstring.parse_list(_document(**change))
    assert error.value.code == "status-list-malformed"


@pytest.mark.parametrize(
    "change",
    [
        {"statusListIndex": "-1"},
        {"statusListIndex": "07"},
        {"statusListIndex": "1e3"},
        {"statusListIndex": "٣"},
        {"statusListIndex": "9" * 400},
        {"statusListIndex": True},
        {"statusListIndex": 1.0},
        {"statusListIndex": None},
        {"statusPurpose": ""},
        {"statusPurpose": ["revocation"]},
        {"statusListCredential": "not an address"},
        {"statusListCredential": "https://[broken"},
        {"statusSize": 0},
        {"statusSize": "2"},
        {"statusSize": 64},
        {"statusMessage": ["revoked"]},
        {"statusMessage": [{"status": "zero", "message": "x"}]},
    ],
)
def test_a_malformed_entry_is_refused(change):
    with pytest.raises(MalformedInput) as error:
        bitstring.entries_of({**BitstringEntry(URL, 7, "revocation").to_document(), **change})
    assert error.value.code == "status-entry-malformed"


def test_no_entry_of_several_is_overlooked():
    """Verifiers that look only at the first entry miss the revocation behind a suspension."""
    both = [BitstringEntry(URL, 3, "suspension").to_document(), BitstringEntry(URL, 7, "revocation").to_document()]
    first, second = bitstring.entries_of(both)
    document = _document(_revoked(7))
    document["credentialSubject"]["statusPurpose"] = ["revocation", "suspension"]
    assert [_judge(document, entry).code for entry in (first, second)] == ["status-active", "status-revoked"]


def test_a_credential_with_a_flood_of_statuses_is_refused():
    with pytest.raises(MalformedInput):
        bitstring.entries_of([BitstringEntry(URL, 7, "revocation").to_document()] * 17)


def test_a_status_of_an_unknown_kind_never_counts_as_valid():
    (status,) = bitstring.entries_of({"type": "StatusOfTheFuture2031", "id": "https://x.example"})
    assert isinstance(status, UnknownStatus)
    assert (status.judge().code, status.judge().outcome) == ("status-type-unknown", "not_checked")


@pytest.mark.parametrize("value", ["revoked", [None], 7])
def test_a_status_that_is_no_object_is_refused(value):
    with pytest.raises(MalformedInput):
        bitstring.entries_of(value)


# The ordinary life of a list


def test_a_fresh_list_shows_every_credential_active():
    found = _judge(_document())
    assert (found.code, found.outcome) == ("status-active", "passed")


def test_revoking_one_leaves_its_neighbours_alone():
    document = _document(_revoked(8))
    codes = [_judge(document, BitstringEntry(URL, index, "revocation")).code for index in (7, 8, 9)]
    assert codes == ["status-active", "status-revoked", "status-active"]


def test_suspension_is_told_apart_and_can_be_lifted():
    statuses = _revoked()
    entry = BitstringEntry(URL, 7, "suspension")
    assert _judge(_document(statuses, purpose="suspension"), entry).code == "status-suspended"
    statuses.set(7, 0)
    assert _judge(_document(statuses, purpose="suspension"), entry).code == "status-active"


def test_a_message_is_told_to_the_reader():
    statuses = bitstring.new_statuses(size=2)
    statuses.set(7, 2)
    messages = ((0, "nothing"), (1, "delayed"), (2, "under appeal"), (3, "other"))
    entry = BitstringEntry(URL, 7, "message", size=2, messages=messages)
    found = _judge(_document(statuses, purpose="message"), entry)
    assert (found.code, found.outcome) == ("status-message", "warning")
    assert "under appeal" in found.reason


def test_a_purpose_of_its_own_is_a_warning_when_set():
    found = _judge(_document(_revoked(), purpose="refresh"), BitstringEntry(URL, 7, "refresh"))
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
    parsed = bitstring.parse_list(_document())
    assert parsed.issuer == ISSUER
    assert parsed.time_to_live == timedelta(minutes=5)
    assert parsed.valid_until == NOW + timedelta(days=1)
    assert parsed.purposes == {"revocation"}


def test_an_issuer_with_a_name_and_the_dates_of_the_older_data_model_are_read():
    document = _document(issuer={"id": ISSUER, "name": "A university"})
    document["expirationDate"] = document.pop("validUntil")
    assert _judge(document, now=NOW + timedelta(days=2)).code == "status-list-expired"


def test_a_list_under_the_minimum_cannot_be_made():
    with pytest.raises(MalformedInput) as error:
        bitstring.new_statuses(131_071)
    assert error.value.code == "status-list-too-short"


def test_the_first_index_is_the_left_most_bit():
    assert bytes(_revoked(0))[0] == 0b1000_0000
    assert bytes(_revoked(7))[0] == 0b0000_0001


def test_the_same_list_has_the_same_text():
    assert bitstring.encode(_revoked()) == bitstring.encode(_revoked())


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
