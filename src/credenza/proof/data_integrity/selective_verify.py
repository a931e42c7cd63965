"""Check an ecdsa-sd-2023 proof that a holder derived (Data Integrity ECDSA Cryptosuites v1.0 section 3.6.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from credenza.encoding import multibase
from credenza.keys import PublicKey
from credenza.keys.public import from_multikey
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.quads import to_quads
from credenza.linked_data.rdf_canonical import canonicalize_quads, relabelled
from credenza.proof.data_integrity.selective_values import DerivedValue, is_base, parse_derived
from credenza.proof.finding import Finding, failed, passed


def verify_derived(
    document: Mapping[str, Any],
    config: Mapping[str, Any],
    proof_value: str,
    issuer_key: PublicKey,
    *,
    catalogue: ContextCatalogue = PINNED,
) -> Finding:
    """Whether the shown parts are the issuer's: ``proof-valid``, ``proof-invalid`` or ``proof-not-derived``.

    Raises:
        MalformedInput: ``proof-malformed``, the codes of ``to_quads``.
    """
    if is_base(proof_value):
        return failed("proof-not-derived", "The learner must first choose what to show; this is the issuer's own file.")
    value = parse_derived(proof_value)
    one_time_key = from_multikey(multibase.encode_z(value.public_key))
    quads = to_quads(document, catalogue=catalogue)
    labels = canonicalize_quads(quads).labels
    invalid = failed("proof-invalid", "The seal does not fit: the document was changed, or another key made the seal.")
    if set(labels.values()) != value.labels.keys():
        return invalid
    lines = relabelled(quads, {node: value.labels[label] for node, label in labels.items()})
    if any(index >= len(lines) for index in value.mandatory_indexes):
        return invalid
    mandatory = [line for index, line in enumerate(lines) if index in set(value.mandatory_indexes)]
    chosen = [line for index, line in enumerate(lines) if index not in set(value.mandatory_indexes)]
    proof_hash = hashlib.sha256(canonicalize(config, catalogue=catalogue).to_bytes()).digest()
    if _signatures_hold(value, issuer_key, one_time_key, signed_bytes(proof_hash, value.public_key, mandatory), chosen):
        return passed("proof-valid", "The seal is intact: every shown part is as the issuer made it.")
    return invalid


def signed_bytes(proof_hash: bytes, public_key: bytes, mandatory: list[str]) -> bytes:
    """What the issuer's own key signs: the proof, the one-time key and all mandatory statements (section 3.5.1)."""
    return proof_hash + public_key + hashlib.sha256("".join(mandatory).encode()).digest()


def _signatures_hold(
    value: DerivedValue, issuer_key: PublicKey, one_time_key: PublicKey, signed: bytes, chosen: list[str]
) -> bool:
    if len(value.signatures) != len(chosen):
        return False
    if not issuer_key.verify(value.base_signature, signed, algorithm="ES256"):
        return False
    pairs = zip(value.signatures, chosen, strict=True)
    return all(one_time_key.verify(signature, line.encode(), algorithm="ES256") for signature, line in pairs)
