"""The status lists as they are published: one signed list for revocation, one for suspension, one for wallets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from credenza.keys import Signer
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.ports.issuing import StatusEntry
from credenza.proof import certificate_chain, jws
from credenza.proof.data_integrity.sign import add_proof
from credenza.status import bitstring, token_list

VALID_FOR = timedelta(days=7)
TIME_TO_LIVE = timedelta(hours=1)
_SUSPENDED, _INVALID = 2, 1


@dataclass(frozen=True)
class StatusSigners:
    """Whose lists they are: the issuer's id and its key for Data Integrity, its address and seal for tokens."""

    issuer: str
    proof_signer: Signer
    token_issuer: str
    token_signer: Signer


@dataclass(frozen=True)
class PublishedList:
    """A signed list and the path under the issuer's address where it must be found."""

    path: str
    media_type: str
    data: bytes


def status_lists(
    entries: Iterable[StatusEntry], *, length: int, base_url: str, signers: StatusSigners, now: datetime
) -> Iterator[PublishedList]:
    """All lists of an issuer, signed anew; at least one of each kind, so that every address answers."""
    by_list: dict[int, list[StatusEntry]] = {0: []}
    for entry in entries:
        by_list.setdefault(entry.list_number, []).append(entry)
    for number, members in sorted(by_list.items()):
        for name in ("revocation", "suspension", "tokens"):
            path = f"status/{name}-{number + 1}"
            made = list_named(path, members, length=length, base_url=base_url, signers=signers, now=now)
            assert made is not None
            yield made


def list_named(
    path: str, members: Iterable[StatusEntry], *, length: int, base_url: str, signers: StatusSigners, now: datetime
) -> PublishedList | None:
    """The one list at this path (``status/revocation-1``) with these entries, signed; None for a path of no list."""
    kind = path.removeprefix("status/").partition("-")[0]
    entries = tuple(members)
    revoked = [entry.index for entry in entries if entry.revoked]
    suspended = [entry.index for entry in entries if entry.suspended]
    url = f"{base_url}/{path}"
    if kind == "tokens":
        return PublishedList(
            path, "application/statuslist+jwt", _token_list(revoked, suspended, length, url, signers, now)
        )
    if kind not in ("revocation", "suspension"):
        return None
    indexes = revoked if kind == "revocation" else suspended
    return PublishedList(path, "application/vc", _bitstring_list(indexes, length, url, kind, signers, now))


def _bitstring_list(
    indexes: list[int], length: int, url: str, purpose: str, signers: StatusSigners, now: datetime
) -> bytes:
    statuses = bitstring.new_statuses(length)
    statuses.update(indexes, 1)
    document = bitstring.list_credential(
        statuses,
        url=url,
        issuer=signers.issuer,
        purpose=purpose,
        valid_from=now,
        valid_until=now + VALID_FOR,
        time_to_live=TIME_TO_LIVE,
    )
    sealed = add_proof(
        document,
        signers.proof_signer,
        cryptosuite="eddsa-rdfc-2022",
        verification_method=signers.proof_signer.key_id,
        proof_purpose=ASSERTION_METHOD,
        created=now,
    )
    return orjson.dumps(sealed)


def _token_list(
    revoked: list[int], suspended: list[int], length: int, url: str, signers: StatusSigners, now: datetime
) -> bytes:
    statuses = token_list.new_statuses(length)
    statuses.update(suspended, _SUSPENDED)
    statuses.update(revoked, _INVALID)
    claims = token_list.list_claims(
        statuses,
        uri=url,
        issued_at=now,
        expires=now + VALID_FOR,
        issuer=signers.token_issuer,
        time_to_live=TIME_TO_LIVE,
    )
    signer = signers.token_signer
    header = {"typ": "statuslist+jwt", "x5c": certificate_chain.to_header(signer.certificate_chain[:1])}
    return jws.sign_compact(orjson.dumps(claims), signer, header=header).encode()
