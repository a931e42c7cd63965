"""What a verifier brings (sources and trust) and what examining one format brings to light."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from credenza.document.projection import Reading
from credenza.finding import Finding
from credenza.keys import FindVerificationMethod, PublicKey, VerificationMethod
from credenza.trust.certificate_path import TrustAnchors

FetchBytes: TypeAlias = Callable[[str], bytes]
"""Fetches an address through the guarded fetcher; raises Unreachable (``offline`` and others)."""

JudgePath: TypeAlias = Callable[[tuple[bytes, ...], datetime], Finding]
"""Judges a certificate path (DER, the signer's first, the anchor last) at a time."""

GoesBy: TypeAlias = Callable[[str, str], bool]
"""Whether an organisation (its id) goes by a name; True of every one that the verifier does not know."""

OfferedBy: TypeAlias = Callable[[str], str | None]
"""The id of the organisation that offers a micro-credential (its id); None where the verifier does not know."""

ALGORITHMS = frozenset(
    {"ES256", "ES384", "ES512", "EdDSA", "Ed25519", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
)
"""The JOSE algorithms that are taken from anyone; HMAC and none never are."""


@dataclass(frozen=True)
class Sources:
    """How keys and status lists are found, and whom the verifier trusts.

    ``trusted_issuers`` are ids (DIDs, addresses) that the verifier vouches for; ``qualified`` judges a chain by the
    EU's trusted lists where the verifier has them (``lists_complete``: all that it asked for), ``revocation`` asks the
    providers of its certificates.
    ``goes_by`` and ``offered_by`` are what the verifier knows of organisations and their offers by itself.
    ``elmo_keys`` are those of senders of transcripts (EMREX providers), by their names.
    """

    find_method: FindVerificationMethod
    fetch: FetchBytes
    anchors: TrustAnchors = field(default_factory=TrustAnchors)
    time_stamp_anchors: Collection[Any] = ()
    trusted_issuers: frozenset[str] = frozenset()
    qualified: JudgePath | None = None
    lists_complete: bool = True
    revocation: JudgePath | None = None
    goes_by: GoesBy | None = None
    offered_by: OfferedBy | None = None
    elmo_keys: tuple[tuple[str, PublicKey], ...] = ()


@dataclass(frozen=True)
class SignedBy:
    """Which key or certificate made the seal, and when that is proven (None: only claimed, or not at all).

    ``more_certificates``, ``crls`` and ``ocsp_responses`` (DER) were kept in the seal by whoever added them.
    """

    method: VerificationMethod | None = None
    chain: tuple[bytes, ...] = ()
    proven_time: datetime | None = None
    token_issuer: str | None = None
    more_certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Examined:
    """One format looked into: what it is, how the proof stands, what it says, who signed, where its status is.

    ``withheld`` says that its holder may not show everything.
    """

    format: str
    reading: Reading | None
    proof: tuple[Finding, ...]
    signed_by: tuple[SignedBy, ...] = ()
    form: tuple[Finding, ...] = ()
    validity: tuple[Finding, ...] = ()
    owner: tuple[Finding, ...] = ()
    credential_status: Any = None
    token_status: Any = None
    withheld: bool = False
