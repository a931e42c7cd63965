"""The Token Status List of a wallet credential: signed by the credential's own issuer, or it says nothing.

The credentials of a batch share a list, so what follows from its exact bytes alone is remembered: what it says, and that
it was signed by a certain key. Whose key that is, whether it may sign, and whether the list is of today is asked each time.
"""

from __future__ import annotations

from datetime import datetime

from credenza.encoding import strict_json
from credenza.encoding.remembered import Remembered, digest_of
from credenza.finding import Finding, failed
from credenza.keys.public import PublicKey
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import jws
from credenza.proof.jwt_key import signing_key
from credenza.status import bitstring, token_list
from credenza.trust.certificate_path import judge_chain
from credenza.trust.certificates import holder_of
from credenza.verifying.evidence import ALGORITHMS, Examined, Sources

_TYPE = "statuslist+jwt"
_LARGEST = 1024 * 1024
LISTS_SIZE = 8 * _LARGEST
"""How many bytes of lists of one kind are remembered."""
_read: Remembered[token_list.TokenStatusList] = Remembered(entries=64, size=LISTS_SIZE)
_intact: Remembered[Finding] = Remembered(entries=256)


def token_list_finding(
    reference: token_list.TokenReference,
    examined: Examined,
    issuers: frozenset[str],
    sources: Sources,
    now: datetime,
) -> Finding:
    """Fetch the list, check who signed it, and read the one place of this credential.

    Raises:
        MalformedInput, Refused, Unreachable: the list cannot be had, or is not what it must be.
    """
    data = sources.fetch(reference.uri).strip()
    parsed = jws.parse_compact(data, understood_critical=())
    part = parsed.signatures[0]
    jws.require(part, allowed_algorithms=ALGORITHMS, expected_types=(_TYPE,))
    digest = digest_of(data)
    status_list = _read.made(digest, lambda: _read_claims(parsed), size=list_size)
    key = signing_key(
        part.protected, issuer=status_list.issuer, find_method=sources.find_method, purpose=ASSERTION_METHOD, now=now
    )
    intact = _signature(digest, parsed, key.public_key)
    if intact.outcome != "passed":
        return intact
    bad = [one for one in key.findings if one.outcome == "failed"]
    if bad:
        return bad[0]
    if key.method is not None:
        return token_list.judge(
            reference, status_list, list_issuer=key.method.controller, expected_issuers=issuers, now=now
        )
    if not _same_sealer(key.certificates, examined, sources, now):
        return failed("status-list-issuer-mismatch", "The status list is signed by somebody other than the issuer.")
    own = status_list.issuer or next(iter(sorted(issuers)), "")
    return token_list.judge(reference, status_list, list_issuer=own, expected_issuers={*issuers, own}, now=now)


def list_size(found: bitstring.StatusList | token_list.TokenStatusList) -> int | None:
    """The size by which a list is remembered; None where it is too large for that."""
    return len(found.content) if len(found.content) <= _LARGEST else None


def _read_claims(parsed: jws.ParsedJws) -> token_list.TokenStatusList:
    return token_list.parse_claims(strict_json.loads_object(parsed.payload))


def _signature(digest: bytes, parsed: jws.ParsedJws, public_key: PublicKey) -> Finding:
    return _intact.made(
        digest_of(digest, public_key.thumbprint),
        lambda: jws.check_signature(parsed, parsed.signatures[0], public_key),
        size=lambda found: 0 if found.outcome == "passed" else None,
    )


def _same_sealer(certificates: tuple[bytes, ...], examined: Examined, sources: Sources, now: datetime) -> bool:
    """Whether the list has the credential's own seal, or one that an anchor vouches for as the same organisation's.

    A certificate that merely repeats the organisation's name proves nothing: anybody can make one.
    """
    seals = [signer.chain[0] for signer in examined.signed_by if signer.chain]
    if not seals or not certificates:
        return False
    if certificates[0] in seals:
        return True
    ours, theirs = holder_of(seals[0]), holder_of(certificates[0])
    same = ours.organization_identifier is not None and ours.organization_identifier == theirs.organization_identifier
    return same and bool(judge_chain(certificates, anchors=sources.anchors, at=now).path)
