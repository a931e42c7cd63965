"""Check every Data Integrity proof of a document (Verifiable Credential Data Integrity 1.0 sections 4.4 and 4.5).

Rules: all proofs of a set or chain are looked at, and the caller sees each; the key, never the proof, decides which
algorithm is used; what is malformed raises, what is false is a finding, what could not be fetched is "not checked".
Whether the key's controller is the issuer is for the caller to judge, who is given the verification method.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from credenza.encoding import multibase
from credenza.encoding.remembered import Remembered, digest_of
from credenza.errors import MalformedInput, Unreachable
from credenza.keys import FindVerificationMethod, VerificationMethod
from credenza.linked_data.contexts import PINNED, ContextCatalogue
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES, Cryptosuite
from credenza.proof.data_integrity.proofs import Proof, proofs_of, signed_document
from credenza.proof.data_integrity.selective_verify import verify_derived
from credenza.proof.finding import Finding, failed, not_checked, passed

CLOCK_SKEW = timedelta(minutes=5)
_intact: Remembered[Finding] = Remembered(entries=256)


@dataclass(frozen=True)
class ProofResult:
    """What was found out about one proof; ``method`` is the key it names, once that was found."""

    finding: Finding
    proof: Mapping[str, Any]
    method: VerificationMethod | None = None

    @property
    def valid(self) -> bool:
        """Whether the proof was checked and holds."""
        return self.finding.outcome == "passed"


@dataclass(frozen=True)
class _Expected:
    purpose: str
    now: datetime
    cryptosuites: Collection[str]
    domain: str | None
    challenge: str | None


def verify_proofs(
    document: Mapping[str, Any],
    *,
    find_method: FindVerificationMethod,
    expected_purpose: str,
    now: datetime,
    allowed_cryptosuites: Collection[str],
    expected_domain: str | None = None,
    expected_challenge: str | None = None,
    catalogue: ContextCatalogue = PINNED,
    read_from: bytes | None = None,
) -> list[ProofResult]:
    """One result for each proof of the document, in order; a document without any gives one result, ``proof-missing``.

    ``read_from`` is the digest of the exact bytes of a document that many checks share (a status list): that a key's
    proof fits them is then remembered, and nothing else of it: neither dates nor whose key that is.

    Codes: ``proof-valid``, ``proof-invalid``, ``proof-missing``, ``proof-purpose-wrong``, ``proof-expired``,
    ``proof-created-in-future``, ``proof-domain-mismatch``, ``proof-challenge-mismatch``, ``proof-previous-missing``,
    ``proof-not-derived``, ``cryptosuite-unknown``, ``cryptosuite-not-allowed``, ``cryptosuite-key-mismatch``,
    ``key-expired``, ``key-revoked``, ``key-purpose-wrong``, ``key-id-mismatch``, and as not checked or failed the code
    of the error by which ``find_method`` could not be reached or did not know the key.

    Raises:
        MalformedInput: ``proof-malformed``, ``proof-too-many``, ``proof-context-mismatch``, ``multibase-invalid``,
            ``base64url-invalid``, and the codes of ``linked_data.quads.to_quads`` for RDFC suites.
    """
    proofs = proofs_of(document)
    if not proofs:
        return [ProofResult(failed("proof-missing", "The document carries no seal."), {})]
    expected = _Expected(expected_purpose, now, allowed_cryptosuites, expected_domain, expected_challenge)
    check = _Check(document, proofs, expected, find_method, catalogue, read_from if catalogue is PINNED else None)
    return [check.result(proof) for proof in proofs]


@dataclass(frozen=True)
class _Check:
    document: Mapping[str, Any]
    proofs: list[Proof]
    expected: _Expected
    find_method: FindVerificationMethod
    catalogue: ContextCatalogue
    read_from: bytes | None

    def result(self, proof: Proof) -> ProofResult:
        for finding in self._objections_of_proof(proof):
            return ProofResult(finding, proof.members)
        try:
            method = self.find_method(proof.verification_method)
        except Unreachable as error:
            return ProofResult(not_checked(error.code, error.message), proof.members)
        except MalformedInput as error:
            return ProofResult(failed(error.code, error.message), proof.members)
        suite = CRYPTOSUITES[proof.cryptosuite]
        for finding in self._objections_of_key(proof, suite, method):
            return ProofResult(finding, proof.members, method)
        return ProofResult(self._fits(proof, suite, method), proof.members, method)

    def _objections_of_proof(self, proof: Proof) -> Iterator[Finding]:
        expected = self.expected
        if proof.cryptosuite not in CRYPTOSUITES:
            yield failed("cryptosuite-unknown", f"The seal is of an unknown kind: {proof.cryptosuite[:80]!r}.")
        elif proof.cryptosuite not in expected.cryptosuites:
            yield failed("cryptosuite-not-allowed", f"Seals of the kind {proof.cryptosuite} are not accepted here.")
        if proof.purpose != expected.purpose:
            yield failed("proof-purpose-wrong", "The seal was made for another purpose than this document needs.")
        if proof.created is not None and proof.created > expected.now + CLOCK_SKEW:
            yield failed("proof-created-in-future", "The seal says it was made in the future.")
        if proof.expires is not None and proof.expires <= expected.now:
            yield failed("proof-expired", "The seal has expired.")
        if expected.domain is not None and proof.domains != (expected.domain,):
            yield failed("proof-domain-mismatch", "The document was made to be shown to somebody else.")
        if expected.challenge is not None and proof.challenge != expected.challenge:
            yield failed("proof-challenge-mismatch", "The document does not answer this request; it may be a replay.")

    def _objections_of_key(self, proof: Proof, suite: Cryptosuite, method: VerificationMethod) -> Iterator[Finding]:
        now = self.expected.now
        if method.id != proof.verification_method:
            yield failed("key-id-mismatch", "The key that was found is not the key that the seal names.")
        if self.expected.purpose not in method.purposes:
            yield failed("key-purpose-wrong", "The key behind the seal is not published for this purpose.")
        if method.revoked is not None and method.revoked <= now:
            yield failed("key-revoked", "The key behind the seal has been revoked.")
        if method.expires is not None and method.expires <= now:
            yield failed("key-expired", "The key behind the seal has expired.")
        if method.public_key.kind not in suite.digests:
            yield failed("cryptosuite-key-mismatch", "The key behind the seal is of another kind than the seal.")

    def _fits(self, proof: Proof, suite: Cryptosuite, method: VerificationMethod) -> Finding:
        if self.read_from is None:
            return self._signature(proof, suite, method)
        place, key = self.proofs.index(proof), method.public_key
        return _intact.made(
            digest_of(self.read_from, suite.name, place, key.kind, key.thumbprint),
            lambda: self._signature(proof, suite, method),
            size=lambda found: 0 if found.outcome == "passed" else None,
        )

    def _signature(self, proof: Proof, suite: Cryptosuite, method: VerificationMethod) -> Finding:
        signed = signed_document(self.document, proof.previous, self.proofs)
        if signed is None:
            return failed("proof-previous-missing", "An earlier seal that this one builds on has been taken away.")
        config = proof.configuration(self.document, as_json=suite.form == "jcs")
        if suite.form == "selective":
            return verify_derived(signed, config, proof.value, method.public_key, catalogue=self.catalogue)
        signature = multibase.decode(proof.value, allowed="z")
        digest = suite.digests[method.public_key.kind]
        hashed = suite.hashed(config, digest, self.catalogue) + suite.hashed(signed, digest, self.catalogue)
        if method.public_key.verify(signature, hashed, algorithm=method.public_key.algorithms[0]):
            return passed("proof-valid", "The seal is intact: nothing was changed since it was made.")
        return failed("proof-invalid", "The seal does not fit: the document was changed, or another key made the seal.")
