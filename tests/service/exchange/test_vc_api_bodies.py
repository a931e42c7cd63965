"""Whatever stands in the place of a member, the VC API answers it: no body is a server error."""

import copy
import itertools
import json

import pytest
from django.test import Client

from credenza.service.exchange.vc_instances import add_instance

pytestmark = pytest.mark.django_db
V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
DEEP = json.loads("[" * 200 + "]" * 200)
ODD = [
    None, True, -1, 1e308, "", "x", "\x00", "https://[::1", "http://[", "did:web:%", "did:key:z6Mk", "urn:", "z1", "u2V0BgA",
    "data:application/vc+jwt,a.b.c", "2026-13-45T99:99:99Z", "9999-12-31T23:59:59-14:00", [], {}, [None], [[]], [1], ["x", "x"],
    {"id": 1}, {"id": "_:b0"}, {"type": [1]}, {"@value": "x", "@type": []}, {"@context": [None]}, {"@base": "urn:x"},
    {"a": {"@id": "@type"}}, {"@set": [{}]}, {"@reverse": {}}, DEEP, "x" * 9000, ["x"] * 300, {"id": "urn:x", "type": "x"},
]  # fmt: skip
CREDENTIAL = {
    "@context": [V2, {"Thing": "https://x.example/Thing", "part": {"@id": "https://x.example/part", "@type": "@id"}}],
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:example:x", "name": "Issuer"},
    "name": {"@value": "Dog", "@language": "en"},
    "validFrom": "2023-01-01T00:00:00Z",
    "validUntil": "2043-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:a", "part": "urn:x:part"},
    "credentialSchema": {"id": "https://example.org/s.json", "type": "JsonSchema"},
    "evidence": [{"type": "https://x.example/E"}],
    "termsOfUse": [{"type": "https://x.example/E", "id": "urn:x:1"}],
    "relatedResource": [{"id": "urn:x:2", "digestSRI": "sha256-" + "A" * 43 + "="}],
}
EARLIER = {
    "@context": [V1],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:x",
    "issuanceDate": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:a"},
}


def places(value, place=()):
    """Every place in a JSON value but the whole."""
    within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in within:
        yield (*place, name)
        yield from places(inner, (*place, name))


def spoiled(body, each):
    """The body without each member, and with each replaced by ``each`` of the odd values, every value in its turn."""
    turn = itertools.cycle(ODD)
    for place in places(body):
        for value in [..., *itertools.islice(turn, each)]:
            changed = copy.deepcopy(body)
            parent = changed
            for name in place[:-1]:
                parent = parent[name]
            if value is ...:
                del parent[place[-1]]
            else:
                parent[place[-1]] = value
            yield place, changed


def unexpected(post, path, bodies, codes):
    """Where an answer has another code than these."""
    answers = ((place, post(path, body).status_code) for place, body in bodies)
    return [(place, code) for place, code in answers if code not in codes]


@pytest.fixture
def post(organisation):
    add_instance(organisation, "eddsa", "eddsa-rdfc-2022", key_kind="Ed25519", actor="test", open_to_all=True)
    add_instance(organisation, "sd", "ecdsa-sd-2023", key_kind="P-256", actor="test", open_to_all=True)
    client = Client(raise_request_exception=False)

    def send(path, body):
        return client.post(f"/vc/{path}", json.dumps(body), content_type="application/json")

    return send


def test_every_member_of_what_is_to_be_issued(post):
    body = {"credential": CREDENTIAL, "options": {"credentialId": "urn:x", "mandatoryPointers": ["/issuer"]}}
    assert post("sd/credentials/issue", body).status_code == 201
    assert unexpected(post, "eddsa/credentials/issue", spoiled(body, 6), (201, 400, 409)) == []


@pytest.mark.parametrize("unsealed", [CREDENTIAL, EARLIER], ids=["2.0", "1.1"])
def test_every_member_of_what_is_to_be_verified(post, unsealed):
    sealed = post("eddsa/credentials/issue", {"credential": unsealed}).json()["verifiableCredential"]
    body = {"verifiableCredential": sealed, "options": {"challenge": None, "domain": None, "checks": ["proof"]}}
    assert post("eddsa/credentials/verify", body).status_code == 200
    assert unexpected(post, "eddsa/credentials/verify", spoiled(body, 5), (200, 400)) == []
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [sealed]}
    body = {"presentation": presentation, "options": {"challenge": "c", "domain": "d"}}
    presented = post("eddsa/presentations/create", body).json()["verifiablePresentation"]
    body = {"verifiablePresentation": presented, "options": {"challenge": "c", "domain": "d"}}
    assert post("eddsa/presentations/verify", body).status_code == 200
    assert unexpected(post, "eddsa/presentations/verify", spoiled(body, 2), (200, 400)) == []


def test_every_member_of_what_is_to_be_derived_or_revoked(post):
    base = post("sd/credentials/issue", {"credential": CREDENTIAL}).json()["verifiableCredential"]
    body = {"verifiableCredential": base, "options": {"selectivePointers": ["/credentialSubject/id"]}}
    assert unexpected(post, "sd/credentials/derive", spoiled(body, 3), (201, 400)) == []
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "status": "1"}
    body = {"credentialId": base["id"], "credentialStatus": entry, "status": True}
    assert unexpected(post, "sd/credentials/status", spoiled(body, len(ODD)), (200, 400, 404, 409)) == []
