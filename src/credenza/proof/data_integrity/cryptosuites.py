"""The cryptosuites of Data Integrity: how a document is made canonical, and which keys may sign the result.

Data Integrity EdDSA Cryptosuites v1.0 section 3, Data Integrity ECDSA Cryptosuites v1.0 section 3; the older
Ed25519Signature2020 (EdDSA, appendix) is verified but never made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from credenza.encoding import canonical_json
from credenza.errors import MalformedInput
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.contexts import ContextCatalogue

DATA_INTEGRITY_PROOF = "DataIntegrityProof"
ED25519_SIGNATURE_2020 = "Ed25519Signature2020"
ECDSA_SD_2023 = "ecdsa-sd-2023"

_ED25519 = {"Ed25519": "sha256"}
_ECDSA = {"P-256": "sha256", "P-384": "sha384"}


@dataclass(frozen=True)
class Cryptosuite:
    """A cryptosuite: its name, its canonical form, and the digest that goes with each kind of key."""

    name: str
    form: Literal["rdfc", "jcs", "selective"]
    digests: Mapping[str, str]
    proof_type: str = DATA_INTEGRITY_PROOF

    def canonical(self, document: Mapping[str, Any], digest: str, catalogue: ContextCatalogue) -> bytes:
        """The canonical bytes of an unsecured document or a proof configuration.

        Raises:
            MalformedInput: the codes of ``linked_data.quads.to_quads`` (RDFC), ``json-not-canonical`` (JCS).
        """
        if self.form != "jcs":
            return canonicalize(document, digest=digest, catalogue=catalogue).to_bytes()
        try:
            return canonical_json.dumps(dict(document))
        except (canonical_json.CanonicalizationError, TypeError, RecursionError) as error:
            raise MalformedInput("json-not-canonical", "The document has no canonical JSON form.") from error

    def hashed(self, document: Mapping[str, Any], digest: str, catalogue: ContextCatalogue) -> bytes:
        """The digest of the canonical bytes."""
        return hashlib.new(digest, self.canonical(document, digest, catalogue)).digest()


CRYPTOSUITES: Mapping[str, Cryptosuite] = {
    suite.name: suite
    for suite in (
        Cryptosuite("eddsa-rdfc-2022", "rdfc", _ED25519),
        Cryptosuite("eddsa-jcs-2022", "jcs", _ED25519),
        Cryptosuite("ecdsa-rdfc-2019", "rdfc", _ECDSA),
        Cryptosuite("ecdsa-jcs-2019", "jcs", _ECDSA),
        Cryptosuite(ECDSA_SD_2023, "selective", {"P-256": "sha256"}),
        Cryptosuite(ED25519_SIGNATURE_2020, "rdfc", _ED25519, ED25519_SIGNATURE_2020),
    )
}
