"""Token Status List: attacks first, then the ordinary life of a list."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.status import token_list
from credenza.status.token_list import TokenReference

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
URI = "https://issuer.example/statuslists/1"
ISSUER = "https://issuer.example"


def _claims(statuses=None, **changes):
    claims = token_list.list_claims(
        statuses or token_list.new_statuses(),
        uri=URI,
        issued_at=NOW - timedelta(days=1),
        expires=NOW + timedelta(days=1),
        issuer=ISSUER,
        time_to_live=timedelta(hours=12),
    )
    return {**claims, **changes}


def _judge(claims, *, index=7, now=NOW, list_issuer=ISSUER):
    reference, parsed = TokenReference(URI, index), token_list.parse_claims(claims)
    return token_list.judge(reference, parsed, list_issuer=list_issuer, expected_issuers=(ISSUER,), now=now)


def _with(value, *, size=8, index=7):
    statuses = token_list.new_statuses(size=size)
    statuses.set(index, value)
    return statuses


def test_a_list_signed_by_somebody_else_does_not_absolve():
    found = _judge(_claims(), list_issuer="https://forger.example")
    assert (found.code, found.outcome) == ("status-list-issuer-mismatch", "failed")


def test_a_list_that_claims_another_issuer_than_its_key_does_not_absolve():
    assert _judge(_claims(iss="https://forger.example")).code == "status-list-issuer-mismatch"


def test_a_list_whose_signer_is_unknown_does_not_absolve():
    assert _judge(_claims(), list_issuer=None).code == "status-list-issuer-mismatch"


def test_another_list_of_the_same_issuer_cannot_be_put_in_its_place():
    found = _judge(_claims(sub="https://issuer.example/statuslists/2"))
    assert (found.code, found.outcome) == ("status-list-id-mismatch", "failed")


def test_an_index_beyond_the_list_fails():
    assert _judge(_claims(), index=131_072).code == "status-index-out-of-range"


def test_an_old_list_replayed_after_its_end_does_not_absolve_but_revokes():
    later = NOW + timedelta(days=1)
    assert (_judge(_claims(), now=later).code, _judge(_claims(), now=later).outcome) == (
        "status-list-expired",
        "not_checked",
    )
    assert _judge(_claims(_with(1)), now=later).code == "status-revoked"


def test_a_list_from_the_future_does_not_absolve():
    found = _judge(_claims(), now=NOW - timedelta(days=2))
    assert (found.code, found.outcome) == ("status-list-not-yet-valid", "not_checked")


def test_a_decompression_bomb_is_stopped():
    bomb = base64url.encode(zlib.compress(bytes(17 * 1024 * 1024), 9))
    with pytest.raises(MalformedInput) as error:
        token_list.parse_claims(_claims(status_list={"bits": 1, "lst": bomb}))
    assert error.value.code == "status-list-too-large"


@pytest.mark.parametrize("bits", [0, 3, 16, "1", 1.0, True, None, [1]])
def test_a_wrong_size_of_status_is_refused(bits):
    with pytest.raises(MalformedInput) as error:
        token_list.parse_claims(_claims(status_list={"bits": bits, "lst": "eNrbuRgAAhcBXQ"}))
    assert error.value.code == "status-size-invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"status_list": None},
        {"status_list": {"bits": 1}},
        {"status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ=="}},
        {"status_list": {"bits": 1, "lst": "eNrbuRgAAhcB"}},
        {"status_list": {"bits": 1, "lst": base64url.encode(b"x")}},
        {"sub": None},
        {"iat": None},
        {"iat": "yesterday"},
        {"iat": True},
        {"iat": -1},
        {"exp": 1e300},
        {"ttl": 0},
        {"ttl": "12"},
        {"iss": 7},
    ],
)
def test_what_is_not_a_status_list_is_malformed(change):
    with pytest.raises(MalformedInput) as error:
        token_list.parse_claims(_claims(**change))
    assert error.value.code == "status-list-malformed"


@pytest.mark.parametrize(
    "status",
    [
        None,
        [],
        {},
        {"status_list": []},
        {"status_list": {"idx": "7", "uri": URI}},
        {"status_list": {"idx": -1, "uri": URI}},
        {"status_list": {"idx": True, "uri": URI}},
        {"status_list": {"idx": 7}},
        {"status_list": {"idx": 7, "uri": "no address"}},
    ],
)
def test_a_malformed_reference_is_refused(status):
    with pytest.raises(MalformedInput) as error:
        token_list.reference_of({"status": status})
    assert error.value.code == "status-entry-malformed"


def test_a_status_of_an_unknown_kind_never_counts_as_none():
    with pytest.raises(MalformedInput) as error:
        token_list.reference_of({"status": {"future_mechanism": {}}})
    assert error.value.code == "status-type-unknown"


def test_a_token_without_a_status_has_no_reference():
    assert token_list.reference_of({"iss": ISSUER}) is None


def test_a_reference_survives_its_claim():
    reference = TokenReference(URI, 412)
    assert token_list.reference_of({"status": reference.to_claim()}) == reference


@pytest.mark.parametrize(
    ("value", "code", "outcome"),
    [
        (0, "status-active", "passed"),
        (1, "status-revoked", "failed"),
        (2, "status-suspended", "failed"),
        (3, "status-application-specific", "not_checked"),
        (0x0B, "status-application-specific", "not_checked"),
        (0x0F, "status-application-specific", "not_checked"),
        (0x0A, "status-value-unknown", "not_checked"),
        (0x10, "status-value-unknown", "not_checked"),
    ],
)
def test_each_status_type_has_its_verdict(value, code, outcome):
    found = _judge(_claims(_with(value)))
    assert (found.code, found.outcome) == (code, outcome)


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_every_size_keeps_neighbours_apart(size):
    statuses = _with(1, size=size, index=9)
    read = token_list.decode(token_list.encode(statuses), size=size)
    assert [read.get(index) for index in range(8, 11)] == [0, 1, 0]


def test_the_claims_say_all_that_the_standard_asks():
    claims = _claims()
    assert claims["sub"] == URI
    assert claims["exp"] > claims["iat"]
    assert claims["ttl"] == 43_200
    assert token_list.parse_claims(claims).time_to_live == timedelta(hours=12)
