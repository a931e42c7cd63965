"""Does the proof hold, embedded or enveloping, and is its key that of whom the document names?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from credenza.document.vcdm import identifier, items
from credenza.exchange.vc_api.instance import Instance
from credenza.exchange.vc_api.judgement import Expected
from credenza.finding import Finding, failed
from credenza.linked_data.guard import refuse_uncovered
from credenza.proof import vc_jwt
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES
from credenza.proof.data_integrity.proofs import without_proof
from credenza.proof.data_integrity.verify import verify_proofs

ALGORITHMS = frozenset({"ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
_ALL = frozenset(CRYPTOSUITES)


def embedded_findings(
    document: Mapping[str, Any], party: str | None, expected: Expected, instance: Instance, now: datetime
) -> Iterator[Finding]:
    """One finding for each proof, and one where none of them is by the party (issuer or holder) that is named.

    Raises:
        MalformedInput, Refused: the document, its terms or its proofs are not what they must be.
    """
    meaningful = _without_empty_list(document)
    only_rdf = _uses_only_rdf(document)
    results = verify_proofs(
        meaningful if only_rdf else document,
        find_method=instance.find_method,
        expected_purpose=expected.purpose,
        now=now,
        allowed_cryptosuites=_ALL,
        expected_domain=expected.domain,
        expected_challenge=expected.challenge,
        catalogue=instance.catalogue,
    )
    if not only_rdf:  # a JCS suite does not look at terms
        refuse_uncovered(without_proof(meaningful), catalogue=instance.catalogue)
    yield from (result.finding for result in results)
    controllers = {result.method.controller for result in results if result.valid and result.method is not None}
    if party is not None and controllers and party not in controllers:
        yield failed("controller-mismatch", "The proof was made by a key that does not belong to whom it names.")


def credential_token(token: str, instance: Instance, now: datetime) -> tuple[Mapping[str, Any], tuple[Finding, ...]]:
    """The credential of a ``vc+jwt`` with what was found about its signature.

    Raises:
        MalformedInput, Refused, Unreachable: as ``vc_jwt.verify``.
    """
    found = vc_jwt.verify(token, find_method=instance.find_method, allowed_algorithms=ALGORITHMS, now=now)
    return found.document, found.findings


def presentation_token(
    token: str, nonce: str, audience: str, instance: Instance, now: datetime
) -> tuple[Mapping[str, Any], tuple[Finding, ...]]:
    """The presentation of a ``vp+jwt`` with what was found about its signature.

    Raises:
        MalformedInput, Refused, Unreachable: as ``vc_jwt.verify_presentation``.
    """
    found = vc_jwt.verify_presentation(
        token,
        find_method=instance.find_method,
        allowed_algorithms=ALGORITHMS,
        expected_nonce=nonce,
        expected_audience=audience,
        now=now,
    )
    return found.document, found.findings


def _without_empty_list(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A presentation of no credentials may say so by an empty list, which says nothing in RDF."""
    if document.get("verifiableCredential") != []:
        return document
    return {name: value for name, value in document.items() if name != "verifiableCredential"}


def _uses_only_rdf(document: Mapping[str, Any]) -> bool:
    """Whether every proof of a document signs its RDF, so that what has no meaning in RDF may be left out."""
    names = [proof.get("cryptosuite") for proof in items(document.get("proof")) if isinstance(proof, Mapping)]
    return all(isinstance(name, str) and name in CRYPTOSUITES and CRYPTOSUITES[name].form != "jcs" for name in names)


def issuer_of(credential: Mapping[str, Any]) -> str | None:
    """The issuer's id."""
    return identifier(credential.get("issuer"))
