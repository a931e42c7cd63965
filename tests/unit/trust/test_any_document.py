"""Any JSON at all is read as a DID document or an issuer's metadata, or refused with a clear error."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.errors import CredenzaError
from credenza.keys import VerificationMethod
from credenza.trust import did, did_document, jwt_issuer

DID = "did:web:x.example"
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
TELLING = st.sampled_from(
    [
        DID,
        f"{DID}#k",
        "#k",
        "Multikey",
        "JsonWebKey",
        "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "2026-11-24T09:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "https://x.example",
        "EC",
        "P-256",
    ]
)
VALUES = st.recursive(SCALARS | TELLING, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def _objects(*names, **parts):
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES) | parts)


JWK = _objects("kty", "crv", "x", "y", "n", "e", "d", "use", "kid")
METHOD = _objects("id", "type", "controller", "publicKeyMultibase", "expires", "revoked", publicKeyJwk=VALUES | JWK)
METHODS = VALUES | st.lists(METHOD | TELLING, max_size=3)
DOCUMENT = st.fixed_dictionaries(
    {"id": st.just(DID) | VALUES},
    optional={"verificationMethod": METHODS, "assertionMethod": METHODS, "authentication": METHODS},
)
METADATA = _objects(
    issuer=st.just("https://x.example") | VALUES, jwks=VALUES | _objects(keys=VALUES | st.lists(JWK)), jwks_uri=VALUES
)


def _methods(read):
    try:
        return tuple(read())
    except CredenzaError:
        return ()


@settings(max_examples=100, deadline=None)
@given(DOCUMENT, METADATA)
def test_any_document_gives_only_sound_keys_of_its_own(document, metadata):
    found = _methods(lambda: did_document.methods_of(document, did=DID))
    found += _methods(lambda: [did_document.method_of(document, f"{DID}#k", did=DID)])
    assert all(isinstance(method, VerificationMethod) and method.controller == DID for method in found)
    keys = _methods(
        lambda: jwt_issuer.methods_of(
            jwt_issuer.parse(metadata, issuer="https://x.example").jwks or {}, issuer="https://x.example"
        )
    )
    assert all(method.controller == "https://x.example" for method in keys)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40) | st.builds("did:web:{}".format, st.text(alphabet="a.:%2eEfF/@#?\\", max_size=20)))
def test_any_text_is_no_way_out_of_https(text):
    try:
        url = did.document_url(text)
    except CredenzaError:
        return
    assert url.startswith("https://")
    assert url.endswith("/did.json")
    assert not set(url.removeprefix("https://")) & set("@#?\\ ")
    assert not {"..", "."} & set(url.split("/"))
