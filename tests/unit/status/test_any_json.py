"""Any JSON at all is read as a status, or refused with a clear error; nothing crashes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import MalformedInput
from credenza.status import bitstring, token_list
from credenza.status.allocation import Allocator

SCALARS = st.none() | st.booleans() | st.integers(-2, 2**53) | st.floats(allow_nan=False) | st.text(max_size=20)
TELLING = st.sampled_from(
    [
        "BitstringStatusListEntry",
        "BitstringStatusListCredential",
        "BitstringStatusList",
        "revocation",
        "https://x.example/1",
        "2026-11-24T09:00:00Z",
        "uH4sIAAAAAAAA",
        "eNrbuRgAAhcBXQ",
        "0x1",
        7,
        "7",
    ]
)
VALUES = st.recursive(SCALARS | TELLING, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def _objects(*names, **parts):
    members = dict.fromkeys(names, VALUES) | parts
    return st.fixed_dictionaries({}, optional=members)


MESSAGE = _objects("status", "message")
ENTRY = _objects(
    "id",
    "type",
    "statusListCredential",
    "statusListIndex",
    "statusPurpose",
    "statusSize",
    "statusReference",
    statusMessage=VALUES | MESSAGE | st.lists(MESSAGE, max_size=2),
)
LIST = _objects("type", "statusPurpose", "encodedList", "ttl")
CREDENTIAL = _objects(
    "id", "type", "issuer", "validFrom", "validUntil", "issuanceDate", credentialSubject=VALUES | LIST
)
CLAIMS = _objects("sub", "iss", "iat", "exp", "ttl", status_list=VALUES | _objects("bits", "lst"))
STATUS = _objects(status=VALUES | _objects(status_list=VALUES | _objects("idx", "uri")))
STATE = _objects("length", "maximum_fill", "lists")


def _reads_or_refuses(read, value):
    try:
        return read(value)
    except MalformedInput as refusal:
        return refusal.code


@settings(max_examples=100, deadline=None)
@given(ENTRY | st.lists(ENTRY, max_size=3) | VALUES, CREDENTIAL, CLAIMS, STATUS, STATE)
def test_any_json_is_read_or_refused(entry, credential, claims, status, state):
    assert _reads_or_refuses(bitstring.entries_of, entry) is not None
    assert _reads_or_refuses(bitstring.parse_list, credential) is not None
    assert _reads_or_refuses(token_list.parse_claims, claims) is not None
    assert _reads_or_refuses(token_list.reference_of, status) is not None or "status" not in status
    assert _reads_or_refuses(Allocator.from_state, state) is not None
