"""The Token Status List of a wallet credential: signed by the credential's own issuer, or it says nothing."""

from __future__ import annotations

from datetime import datetime

from credenza.encoding import strict_json
from credenza.finding import Finding
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import jws
from credenza.proof.jwt_key import signing_key
from credenza.status import token_list
from credenza.trust.certificates import holder_of
from credenza.verifying.evidence import ALGORITHMS, Examined, Sources

_TYPE = "statuslist+jwt"


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
    parsed = jws.parse_compact(sources.fetch(reference.uri).strip(), understood_critical=())
    part = parsed.signatures[0]
    jws.require(part, allowed_algorithms=ALGORITHMS, expected_types=(_TYPE,))
    claims = strict_json.loads_object(parsed.payload)
    status_list = token_list.parse_claims(claims)
    key = signing_key(
        part.protected, issuer=status_list.issuer, find_method=sources.find_method, purpose=ASSERTION_METHOD, now=now
    )
    intact = jws.check_signature(parsed, part, key.public_key)
    if intact.outcome != "passed":
        return intact
    bad = [one for one in key.findings if one.outcome == "failed"]
    if bad:
        return bad[0]
    signer = (
        key.method.controller if key.method is not None else _same_organisation(key.certificates, examined, status_list)
    )
    return token_list.judge(reference, status_list, list_issuer=signer, expected_issuers=issuers, now=now)


def _same_organisation(
    certificates: tuple[bytes, ...], examined: Examined, status_list: token_list.TokenStatusList
) -> str | None:
    """The list's issuer where its certificate names the organisation whose certificate signed the credential."""
    own = [signer.chain[0] for signer in examined.signed_by if signer.chain]
    if not own or not certificates:
        return None
    ours, theirs = holder_of(own[0]), holder_of(certificates[0])
    same_key = own[0] == certificates[0]
    same_body = ours.organization_identifier is not None and (
        (ours.organization_identifier, ours.organization) == (theirs.organization_identifier, theirs.organization)
    )
    token_issuer = examined.signed_by[0].token_issuer
    return (status_list.issuer or token_issuer) if same_key or same_body else None
