"""Data Integrity: proofs inside a JSON-LD or JSON document (W3C Verifiable Credential Data Integrity 1.0)."""

from credenza.proof.data_integrity.bulk import seal_batch
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES
from credenza.proof.data_integrity.selective import add_base_proof, derive
from credenza.proof.data_integrity.sign import ProofOptions, add_proof, with_proof_terms
from credenza.proof.data_integrity.verify import ProofResult, verify_proofs

__all__ = [
    "CRYPTOSUITES",
    "ProofOptions",
    "ProofResult",
    "add_base_proof",
    "add_proof",
    "derive",
    "seal_batch",
    "verify_proofs",
    "with_proof_terms",
]
