"""Selective disclosure with ecdsa-sd-2023: the issuer signs each statement, the holder shows a choice of them.

Data Integrity ECDSA Cryptosuites v1.0 sections 3.6.1 to 3.6.5. Neither the one-time key nor the HMAC key may ever be
used for a second document: both are the caller's to draw, fresh, from a good source of randomness.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credenza.encoding import base64url, multibase
from credenza.errors import MalformedInput, Refused
from credenza.keys import Signer
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.linked_data.quads import Quad, to_quads
from credenza.linked_data.rdf_canonical import canonicalize_quads, relabelled
from credenza.linked_data.selection import select_json, select_quads, traced_quads
from credenza.proof.data_integrity.cryptosuites import ECDSA_SD_2023
from credenza.proof.data_integrity.proofs import proofs_of, without_proof
from credenza.proof.data_integrity.selective_values import BaseValue, DerivedValue, parse_base
from credenza.proof.data_integrity.selective_verify import signed_bytes
from credenza.proof.data_integrity.sign import ProofOptions, with_contexts


@dataclass(frozen=True)
class Groups:
    """The statements of a document under HMAC names, in order, and which of them each list of pointers selects."""

    lines: list[str]
    labels: dict[str, str]
    selected: tuple[frozenset[int], ...]
    quads: tuple[tuple[Quad, ...], ...]


def add_base_proof(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    one_time_signer: Signer,
    hmac_key: bytes,
    mandatory_pointers: Sequence[str],
    verification_method: str,
    proof_purpose: str,
    created: datetime | None,
    catalogue: ContextCatalogue = PINNED,
) -> dict[str, Any]:
    """A copy of the document with the proof from which its holder can derive others; not itself to be shown.

    Raises:
        Refused: ``cryptosuite-key-mismatch``, ``pointer-unresolved``, ``pointer-not-selectable``.
        MalformedInput: ``hmac-key-size``, ``proof-already-there``, ``pointer-malformed``, the codes of ``to_quads``.
    """
    if signer.public_key.kind != "P-256" or one_time_signer.public_key.kind != "P-256":
        raise Refused("cryptosuite-key-mismatch", "Seals that let the learner choose parts need P-256 keys.")
    if signer.public_key == one_time_signer.public_key:
        raise Refused("key-reused", "The one-time key must not be the issuer's own key.")
    if len(hmac_key) != 32:
        raise MalformedInput("hmac-key-size", "The HMAC key must be 32 random bytes.")
    if "proof" in document:
        raise MalformedInput("proof-already-there", "The document is already sealed.")
    options = ProofOptions(
        cryptosuite=ECDSA_SD_2023,
        verification_method=verification_method,
        proof_purpose=proof_purpose,
        created=created,
    )
    config = options.members()
    groups = group(document, hmac_key, [mandatory_pointers], catalogue=catalogue)
    mandatory = [line for index, line in enumerate(groups.lines) if index in groups.selected[0]]
    others = [line for index, line in enumerate(groups.lines) if index not in groups.selected[0]]
    proof_hash = hashlib.sha256(canonicalize(with_contexts(config, document), catalogue=catalogue).to_bytes()).digest()
    public_key = multibase.decode(one_time_signer.public_key.to_multikey(), allowed="z")
    value = BaseValue(
        base_signature=signer.sign(signed_bytes(proof_hash, public_key, mandatory)),
        public_key=public_key,
        hmac_key=hmac_key,
        signatures=tuple(one_time_signer.sign(line.encode()) for line in others),
        mandatory_pointers=tuple(mandatory_pointers),
    )
    return {**document, "proof": {**config, "proofValue": value.to_text()}}


def derive(
    document: Mapping[str, Any], selective_pointers: Sequence[str], *, catalogue: ContextCatalogue = PINNED
) -> dict[str, Any]:
    """The chosen parts of a document with a base proof, and all mandatory ones, with a proof derived for them.

    Raises:
        Refused: ``pointer-unresolved``, ``pointer-not-selectable``, ``selection-empty``.
        MalformedInput: ``proof-malformed``, ``pointer-malformed``, the codes of ``to_quads``.
    """
    proofs = [proof for proof in proofs_of(document) if proof.cryptosuite == ECDSA_SD_2023]
    if len(proofs) != 1:
        raise MalformedInput("proof-malformed", "The document carries no single seal from which parts can be chosen.")
    base = parse_base(proofs[0].value)
    mandatory_pointers = base.mandatory_pointers
    combined_pointers = [*mandatory_pointers, *selective_pointers]
    if not combined_pointers:
        raise Refused("selection-empty", "Nothing was chosen to be shown.")
    unsecured = without_proof(document)
    wanted = [mandatory_pointers, selective_pointers, combined_pointers]
    groups = group(unsecured, base.hmac_key, wanted, catalogue=catalogue)
    mandatory, selective, combined = groups.selected
    if len(base.signatures) != len(groups.lines) - len(mandatory):
        raise MalformedInput("proof-malformed", "The seal does not belong to this document.")
    order = {index: position for position, index in enumerate(sorted(combined))}
    others = [index for index in range(len(groups.lines)) if index not in mandatory]
    names = canonicalize_quads(groups.quads[2]).labels
    value = DerivedValue(
        base_signature=base.base_signature,
        public_key=base.public_key,
        signatures=tuple(
            signature for index, signature in zip(others, base.signatures, strict=True) if index in selective
        ),
        labels={label: groups.labels[node] for node, label in names.items()},
        mandatory_indexes=tuple(order[index] for index in sorted(mandatory)),
    )
    config = {name: item for name, item in proofs[0].members.items() if name != "proofValue"}
    return {**select_json(unsecured, combined_pointers), "proof": {**config, "proofValue": value.to_text()}}


def group(
    document: Mapping[str, Any],
    hmac_key: bytes,
    pointer_lists: Sequence[Sequence[str]],
    *,
    catalogue: ContextCatalogue = PINNED,
) -> Groups:
    """The statements of a document and those that each list of pointers selects (section 3.4.16).

    Raises:
        Refused: ``pointer-unresolved``, ``pointer-not-selectable`` (a pointer into an ordered list or a JSON literal).
    """
    traced = traced_quads(document, catalogue=catalogue)
    every = [quad for quad, _ in traced]
    canonical = canonicalize_quads(every).labels
    labels = {node: _hmac_name(hmac_key, label) for node, label in canonical.items()}
    lines = relabelled(every, labels)
    position = {line: index for index, line in enumerate(lines)}
    chosen = []
    selected = []
    for pointers in pointer_lists:
        quads = tuple(dict.fromkeys(select_quads(traced, pointers)))
        _refuse_other_statements(document, pointers, quads, catalogue)
        chosen.append(quads)
        selected.append(frozenset(position[line] for line in relabelled(quads, labels)))
    return Groups(lines, labels, tuple(selected), tuple(chosen))


def _refuse_other_statements(
    document: Mapping[str, Any], pointers: Sequence[str], quads: Sequence[Quad], catalogue: ContextCatalogue
) -> None:
    """The shown part must say exactly the selected statements, else its proof could never be checked."""
    if not pointers:
        return
    shown = to_quads(select_json(document, pointers), catalogue=catalogue)
    if canonicalize_quads(shown).lines != canonicalize_quads(quads).lines:
        raise Refused("pointer-not-selectable", "A part was named that cannot be shown apart from what it belongs to.")


def _hmac_name(key: bytes, label: str) -> str:
    return "u" + base64url.encode(hmac.new(key, label.encode(), hashlib.sha256).digest())
