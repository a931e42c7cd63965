"""Keys: public keys in every published form, and signers. What a key may do is decided elsewhere (trust)."""

from credenza.keys.public import PublicKey
from credenza.keys.signer import Signer, SoftwareSigner
from credenza.keys.verification_method import FindVerificationMethod, VerificationMethod

__all__ = ["FindVerificationMethod", "PublicKey", "Signer", "SoftwareSigner", "VerificationMethod"]
