"""Bitstring Status List: attacks."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from credenza.encoding import multibase
from credenza.errors import MalformedInput
from credenza.status import bitstring
from credenza.status.bitstring import BitstringEntry, UnknownStatus

from .bitstring_parts import NOW, URL, judged, list_document, revoked


def _with_list(encoded):
    document = list_document()
    document["credentialSubject"]["encodedList"] = encoded
    return document


def test_a_list_by_somebody_else_does_not_absolve():
    """A forger's own, properly signed list says nothing about the issuer's credential."""
    found = judged(list_document(issuer="did:web:forger.example"))
    assert (found.code, found.outcome) == ("status-list-issuer-mismatch", "failed")


def test_another_list_of_the_same_issuer_cannot_be_put_in_its_place():
    found = judged(list_document(id="https://issuer.example/status/2"))
    assert (found.code, found.outcome) == ("status-list-id-mismatch", "failed")


def test_a_list_for_another_purpose_does_not_absolve():
    found = judged(list_document(purpose="suspension"))
    assert (found.code, found.outcome) == ("status-purpose-mismatch", "failed")


def test_a_list_too_short_to_hide_a_learner_in_fails():
    found = judged(_with_list(multibase.encode_u(gzip.compress(bytes(16_383)))))
    assert (found.code, found.outcome) == ("status-list-too-short", "failed")


def test_a_list_of_two_bit_statuses_needs_twice_the_bytes():
    entry = BitstringEntry(URL, 7, "revocation", size=2)
    assert judged(list_document(), entry).code == "status-list-too-short"


def test_an_index_beyond_the_list_fails():
    found = judged(list_document(), BitstringEntry(URL, 131_072, "revocation"))
    assert (found.code, found.outcome) == ("status-index-out-of-range", "failed")


def test_an_old_list_replayed_after_its_end_does_not_absolve():
    found = judged(list_document(), now=NOW + timedelta(days=2))
    assert (found.code, found.outcome) == ("status-list-expired", "not_checked")


def test_an_old_list_that_revokes_still_revokes():
    assert judged(list_document(revoked()), now=NOW + timedelta(days=2)).code == "status-revoked"


def test_a_list_not_yet_valid_does_not_absolve():
    found = judged(list_document(), now=NOW - timedelta(days=2))
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
        bitstring.parse_list(list_document(**change))
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
    document = list_document(revoked(7))
    document["credentialSubject"]["statusPurpose"] = ["revocation", "suspension"]
    assert [judged(document, entry).code for entry in (first, second)] == ["status-active", "status-revoked"]


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
