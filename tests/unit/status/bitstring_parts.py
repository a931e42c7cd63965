"""A status list of an issuer, and a judgement on one of its places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from credenza.status import bitstring
from credenza.status.bitstring import BitstringEntry

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


URL = "https://issuer.example/status/1"


ISSUER = "did:web:issuer.example"


def list_document(statuses=None, **changes):
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


def judged(document, entry=None, *, now=NOW, issuers=(ISSUER,)):
    entry = entry or BitstringEntry(URL, 7, "revocation")
    return bitstring.judge(entry, bitstring.parse_list(document), expected_issuers=issuers, now=now)


def revoked(index=7):
    statuses = bitstring.new_statuses()
    statuses.set(index, 1)
    return statuses
