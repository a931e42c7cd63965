"""Add a Data Integrity proof to a document (Verifiable Credential Data Integrity 1.0 sections 4.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credenza.encoding import multibase
from credenza.errors import MalformedInput, Refused
from credenza.keys import PublicKey, Signer
from credenza.linked_data.contexts import DATA_INTEGRITY_V2, PINNED, VC_V2, ContextCatalogue
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES, DATA_INTEGRITY_PROOF, Cryptosuite
from credenza.proof.data_integrity.proofs import proofs_of, signed_document, timestamp


@dataclass(frozen=True, kw_only=True)
class ProofOptions:
    """What a new proof says about itself; times are aware, ``verification_method`` is the absolute id of the key."""

    cryptosuite: str
    verification_method: str
    proof_purpose: str
    created: datetime | None
    expires: datetime | None = None
    domain: str | None = None
    challenge: str | None = None
    proof_id: str | None = None
    previous_proof: str | tuple[str, ...] | None = None

    def members(self) -> dict[str, Any]:
        """The proof's members, all but its value."""
        previous = self.previous_proof
        named = {
            "id": self.proof_id,
            "type": DATA_INTEGRITY_PROOF,
            "cryptosuite": self.cryptosuite,
            "created": timestamp(self.created) if self.created else None,
            "expires": timestamp(self.expires) if self.expires else None,
            "verificationMethod": self.verification_method,
            "proofPurpose": self.proof_purpose,
            "domain": self.domain,
            "challenge": self.challenge,
            "previousProof": list(previous) if isinstance(previous, tuple) else previous,
        }
        return {name: value for name, value in named.items() if value is not None}


def add_proof(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    cryptosuite: str,
    verification_method: str,
    proof_purpose: str,
    created: datetime | None,
    catalogue: ContextCatalogue = PINNED,
    **more: Any,
) -> dict[str, Any]:
    """A copy of the document with one more proof; ``more`` are the other fields of ``ProofOptions``.

    Raises:
        Refused: ``cryptosuite-unknown``, ``cryptosuite-key-mismatch``.
        MalformedInput: ``proof-previous-missing``, ``proof-malformed``, and the codes of ``to_quads`` for RDFC suites.
    """
    options = ProofOptions(
        cryptosuite=cryptosuite,
        verification_method=verification_method,
        proof_purpose=proof_purpose,
        created=created,
        **more,
    )
    suite, digest = suite_for_signing(cryptosuite, signer.public_key)
    earlier = proofs_of(document)
    previous = options.previous_proof or ()
    names = (previous,) if isinstance(previous, str) else previous
    signed = signed_document(document, names, earlier)
    if signed is None:
        raise MalformedInput("proof-previous-missing", "The earlier proof that this one builds on is not there.")
    config = configuration(document, options, suite)
    hashed = suite.hashed(with_contexts(config, document), digest, catalogue) + suite.hashed(signed, digest, catalogue)
    return with_proof(document, {**config, "proofValue": multibase.encode_z(signer.sign(hashed))})


def suite_for_signing(name: str, key: PublicKey) -> tuple[Cryptosuite, str]:
    """The cryptosuite of a name with the digest for a kind of key.

    Raises:
        Refused: ``cryptosuite-unknown``, ``cryptosuite-key-mismatch``.
    """
    suite = CRYPTOSUITES.get(name)
    if suite is None or suite.proof_type != DATA_INTEGRITY_PROOF or suite.form == "selective":
        raise Refused("cryptosuite-unknown", f"Seals of the kind {name!r} are not made here.")
    if key.kind not in suite.digests:
        raise Refused("cryptosuite-key-mismatch", f"A {key.kind} key cannot make a seal of the kind {name}.")
    return suite, suite.digests[key.kind]


def configuration(document: Mapping[str, Any], options: ProofOptions, suite: Cryptosuite) -> dict[str, Any]:
    """The new proof without its value; a JCS proof carries the contexts of its document (section 3.3.1 of EdDSA)."""
    members = options.members()
    return with_contexts(members, document) if suite.form == "jcs" else members


def with_contexts(members: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Members with the document's ``@context``."""
    return {"@context": document["@context"], **members} if "@context" in document else dict(members)


def with_proof(document: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document with the proof beside those it already has."""
    earlier = document.get("proof")
    if earlier is None:
        return {**document, "proof": proof}
    return {**document, "proof": [*(earlier if isinstance(earlier, list) else [earlier]), proof]}


def with_proof_terms(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document whose contexts define the terms of a proof (those of VCDM 2.0 already do)."""
    contexts = document.get("@context", [])
    listed = contexts if isinstance(contexts, list) else [contexts]
    if VC_V2 in listed or DATA_INTEGRITY_V2 in listed:
        return dict(document)
    return {**document, "@context": [*listed, DATA_INTEGRITY_V2]}
