"""Keys: public keys in every published form, and signers. What a key may do is decided elsewhere (trust)."""

from credenza.keys.public import PublicKey
from credenza.keys.signer import Signer, SoftwareSigner

__all__ = ["PublicKey", "Signer", "SoftwareSigner"]
