"""Verification methods: a public key, who controls it, what it may be used for, and how long.

Controlled Identifiers v1.0 section 2.2 and 2.3. What a DID document, a JWT issuer's metadata or a certificate
says about a key is turned into this one type, so that proofs are checked the same way whatever its source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from credenza.keys.public import PublicKey

ASSERTION_METHOD = "assertionMethod"
AUTHENTICATION = "authentication"


@dataclass(frozen=True)
class VerificationMethod:
    """A key that a controller publishes; ``id`` is absolute (``did:web:x#key-1``), the times are aware."""

    id: str
    controller: str
    public_key: PublicKey
    purposes: frozenset[str] = field(default=frozenset())
    expires: datetime | None = None
    revoked: datetime | None = None


FindVerificationMethod: TypeAlias = Callable[[str], VerificationMethod]
"""Finds the method of an id; raises MalformedInput (unknown, malformed) or Unreachable (could not be fetched)."""
