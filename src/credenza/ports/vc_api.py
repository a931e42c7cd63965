"""What the W3C VC API needs from outside: a register of what was issued through it, and where its statuses are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from credenza.status.bitstring import BitstringEntry


class CredentialRegister(Protocol):
    """Remembers the credentials that one issuer instance sealed; every call is durable when it returns."""

    def reserve(self, credential_id: str) -> Sequence[BitstringEntry]:
        """The places of a new credential in the issuer's status lists, none where it keeps no lists.

        Raises:
            Conflict: ``credential-exists`` where a credential of that id was issued before.
        """

    def release(self, credential_id: str) -> None:
        """Give back the places of a credential that could not be sealed; its id is free again."""

    def set_status(self, credential_id: str, purpose: str, value: bool) -> None:
        """Set or take back a status (``revocation``, ``suspension``) of an issued credential.

        Raises:
            MalformedInput: ``credential-unknown``, ``status-purpose-unknown``.
            Conflict: ``credential-revoked`` where it is revoked for good.
        """
