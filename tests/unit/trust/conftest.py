"""Keys of every kind for the tests of trust."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from credenza.keys import PublicKey, public

_MAKERS = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.fixture(scope="session")
def public_keys() -> dict[str, PublicKey]:
    """One fresh public key of each kind."""
    return {kind: public.from_crypto(make().public_key()) for kind, make in _MAKERS.items()}
