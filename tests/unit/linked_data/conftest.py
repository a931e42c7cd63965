"""Fixtures for the linked data tests: an Open Badge, made contexts, and other people's processors as oracles."""

import json
from typing import Any

import pyoxigraph
import pytest
from pyld import jsonld

from credenza.linked_data import contexts
from credenza.linked_data.contexts import ContextCatalogue

MADE = "https://x.example/context"
XSD = "http://www.w3.org/2001/XMLSchema#"
MADE_CONTEXT = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "ex": "https://x.example/#",
    "n": "ex:n",
    "m": "ex:m",
    "json": {"@id": "ex:json", "@type": "@json"},
    "float": {"@id": "ex:float", "@type": XSD + "float"},
    "double": {"@id": "ex:double", "@type": XSD + "double"},
    "texts": {"@id": "ex:texts", "@container": "@language"},
    "ordered": {"@id": "ex:ordered", "@container": "@list"},
    "link": {"@id": "ex:link", "@type": "@id"},
    "word": {"@id": "ex:word", "@type": "@vocab"},
    "plain": {"@id": "ex:plain", "@type": "@none"},
    "graph": {"@id": "ex:graph", "@type": "@id", "@container": "@graph"},
    "T": "ex:T",
    "Scoped": {"@id": "ex:Scoped", "@context": {"n": "ex:scopedN", "inside": "ex:inside"}},
    "Lasting": {"@id": "ex:Lasting", "@context": {"@propagate": True, "n": "ex:lastingN"}},
    "scope": {"@id": "ex:scope", "@context": {"n": "ex:propertyN"}},
    "Empty": {"@id": "ex:Empty", "@context": None},
    "nothing": None,
}


@pytest.fixture(scope="session")
def catalogue() -> ContextCatalogue:
    """The pinned contexts and a made one with every feature."""
    return ContextCatalogue(added={MADE: MADE_CONTEXT})


@pytest.fixture
def made():
    """A small document in the made context."""

    def make(**members: Any) -> dict[str, Any]:
        return {"@context": MADE, "id": "urn:x:1", "type": "T", **members}

    return make


@pytest.fixture
def badge() -> dict[str, Any]:
    """An Open Badge with nodes of many types, an ordered list, and blank nodes that look alike."""
    return {
        "@context": [contexts.VC_V2, contexts.OPEN_BADGES],
        "id": "urn:uuid:8f1f0f0e-64a3-4d3b-9a52-0a5f1d6c1e2b",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": 'Data "Literacy"\nΔεδομένα \u007f 😀',
        "issuer": {"id": "did:web:university.example", "type": ["Profile"], "name": "Université"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "creditsEarned": 2.5,
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": "Ελένη", "identityType": "name"},
                {"type": "IdentityObject", "hashed": True, "identityHash": "x", "salt": "y"},
            ],
            "result": [{"type": ["Result"], "value": "A"}, {"type": ["Result"], "value": "A"}],
            "achievement": {
                "id": "https://university.example/mc/1",
                "type": ["Achievement"],
                "name": "Data Literacy",
                "creditsAvailable": 3,
                "criteria": {"narrative": "Passed"},
                "tag": ["data", "literacy"],
                "resultDescription": [
                    {
                        "id": "urn:uuid:aa1f0f0e-64a3-4d3b-9a52-0a5f1d6c1e2b",
                        "type": ["ResultDescription"],
                        "allowedValue": ["A", "B", "C"],
                    }
                ],
            },
        },
    }


@pytest.fixture(scope="session")
def pyld_options(catalogue) -> dict[str, Any]:
    """Options by which PyLD finds the contexts without a network."""

    def load(url: str, _: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": catalogue.context(url)}}

    return {"documentLoader": load}


@pytest.fixture(scope="session")
def pyld_canonical(pyld_options):
    """PyLD's canonical N-Quads of a document or of N-Quads; it leaves DEL unescaped, which RDFC-1.0 does not."""

    def canonical(document: dict[str, Any] | str) -> list[str]:
        options = {**pyld_options, "algorithm": "URDNA2015", "format": "application/n-quads"}
        if isinstance(document, str):
            options["inputFormat"] = "application/n-quads"
        return jsonld.normalize(document, options).replace("\u007f", "\\u007F").split(" .\n")[:-1]

    return canonical


@pytest.fixture(scope="session")
def oxigraph_dataset(catalogue):
    """What pyoxigraph reads in a document, with the contexts written into it."""

    def inlined(value: Any) -> Any:
        if isinstance(value, list):
            return [inlined(item) for item in value]
        if isinstance(value, dict):
            return {name: loaded(item) if name == "@context" else inlined(item) for name, item in value.items()}
        return value

    def loaded(value: Any) -> Any:
        if isinstance(value, list):
            return [loaded(item) for item in value]
        return catalogue.context(value) if isinstance(value, str) else value

    def dataset(document: dict[str, Any]) -> pyoxigraph.Dataset:
        data = json.dumps(inlined(document)).encode()
        return pyoxigraph.Dataset(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.JSON_LD))

    return dataset


@pytest.fixture(scope="session")
def oxigraph_canonical(oxigraph_dataset):
    """pyoxigraph's canonical N-Quads; its names of blank nodes in a graph that is itself blank are not RDFC-1.0's."""

    def canonical(document: dict[str, Any]) -> list[str]:
        dataset = oxigraph_dataset(document)
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted(str(quad) for quad in dataset)

    return canonical
