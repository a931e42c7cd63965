"""A seal for the tests of proofs."""

from __future__ import annotations

from typing import Any

import pytest

from credenza.proof import jades

from .jades_parts import NOW, PAYLOAD


@pytest.fixture(scope="module")
def signer(sealing_authority: Any) -> Any:
    """A P-256 seal."""
    return sealing_authority.seal("P-256")


@pytest.fixture(scope="module")
def sealed(signer: Any) -> bytes:
    """A baseline B-B seal over PAYLOAD."""
    return jades.sign(PAYLOAD, signer, signing_time=NOW)
