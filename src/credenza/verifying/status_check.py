"""Does the credential still stand? Every status entry is looked at, and a list that cannot be had is never a yes.

The credentials of a batch share a list, so what follows from its exact bytes alone is remembered: what it says, and that
a certain key signed it. Whose key that is, whether it may sign, and whether the list is of today is asked each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from credenza.encoding import strict_json
from credenza.encoding.remembered import Remembered, digest_of
from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.finding import Finding, failed, not_checked
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import vc_jwt
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES
from credenza.proof.data_integrity.verify import CLOCK_SKEW, verify_proofs
from credenza.status import bitstring, token_list
from credenza.verifying.evidence import ALGORITHMS, Examined, Sources
from credenza.verifying.report import STATUS_NOT_USED
from credenza.verifying.status_token import LISTS_SIZE, list_size, token_list_finding

_read: Remembered[bitstring.StatusList] = Remembered(entries=64, size=LISTS_SIZE)
_NOT_USED = not_checked(STATUS_NOT_USED, "The issuer keeps no status list for this credential: it cannot be revoked.")


def status_findings(
    examined: Examined, *, issuers: frozenset[str], sources: Sources, now: datetime
) -> tuple[Finding, ...]:
    """One finding for each status entry; ``issuers`` are the ids that may publish its lists."""
    found = list(_bitstring_findings(examined, issuers, sources, now))
    if examined.token_status is not None:
        reference = token_list.reference_of(examined.token_status)
        if reference is not None:
            found.append(_guarded(lambda: token_list_finding(reference, examined, issuers, sources, now)))
    return tuple(found) or (_NOT_USED,)


def _bitstring_findings(
    examined: Examined, issuers: frozenset[str], sources: Sources, now: datetime
) -> Iterator[Finding]:
    if examined.credential_status is None:
        return
    for entry in bitstring.entries_of(examined.credential_status):
        if isinstance(entry, bitstring.UnknownStatus):
            yield entry.judge()
        else:
            yield _guarded(lambda one=entry: _judge(one, issuers, sources, now))


def _guarded(judge: Any) -> Finding:
    """A list that cannot be fetched is not checked; one that is not what it must be is failed."""
    try:
        finding: Finding = judge()
    except Unreachable as error:
        return not_checked(error.code, f"The status list could not be read: {error.message}")
    except (MalformedInput, Refused) as error:
        return failed(error.code, f"The status list is not sound: {error.message}")
    return finding


def _judge(entry: bitstring.BitstringEntry, issuers: frozenset[str], sources: Sources, now: datetime) -> Finding:
    data = sources.fetch(entry.list_url)
    digest = digest_of(data)
    document, signed = _verified_list(data, digest, sources, now)
    if signed.outcome != "passed":
        return signed
    found = _read.made(digest, lambda: bitstring.parse_list(document), size=list_size)
    return bitstring.judge(entry, found, expected_issuers=issuers, now=now, leeway=CLOCK_SKEW)


def _verified_list(data: bytes, digest: bytes, sources: Sources, now: datetime) -> tuple[Mapping[str, Any], Finding]:
    """The list's credential and the worst that was found about its proof and who made it."""
    if not data.lstrip().startswith(b"{"):
        token = vc_jwt.verify(data.strip(), find_method=sources.find_method, allowed_algorithms=ALGORITHMS, now=now)
        bad = [one for one in token.findings if one.outcome != "passed"]
        return token.document, bad[0] if bad else Finding("proof-valid", "passed", "The status list is signed.")
    document = strict_json.loads_object(data)
    results = verify_proofs(
        document,
        find_method=sources.find_method,
        expected_purpose=ASSERTION_METHOD,
        now=now,
        allowed_cryptosuites=frozenset(CRYPTOSUITES),
        read_from=digest,
    )
    issuer = document.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    for result in results:
        if not result.valid:
            return document, result.finding
        if result.method is None or result.method.controller != issuer_id:
            return document, failed("status-list-issuer-mismatch", "The status list is signed by somebody else's key.")
    return document, results[0].finding
