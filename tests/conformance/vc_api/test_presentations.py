"""Presentations and envelopes, as the W3C's data model suite posts them (VCDM 2.0 sections 4.13 and 4.13.1 to 4.13.3)."""

import copy
import json

import pytest

from credenza.exchange.vc_api.instance import VC_JWT
from credenza.proof import vc_jwt

from .conftest import did_key_signer, did_of, sealed
from .data_model_table import EXAMPLES, V2, credential

TEST = {"Test": "https://example.org/#Test"}


@pytest.fixture
def holder():
    return did_key_signer("Ed25519")


@pytest.fixture
def present(holder):
    """Seals a presentation as a holder would; ``suite`` is the cryptosuite."""

    def make(presentation=None, *, suite="eddsa-rdfc-2022", challenge="c1", **changes):
        base = {"@context": [V2], "type": ["VerifiablePresentation"]}
        document = {**base, **(presentation or {}), **changes}
        empty = {name: value for name, value in document.items() if value == [] and "rdfc" in suite}
        document = {name: value for name, value in document.items() if name not in empty}
        options = {"proof_purpose": "authentication", "challenge": challenge, "domain": "d"}
        return {**sealed(document, holder, cryptosuite=suite, **options), **empty}

    return make


@pytest.fixture
def inside(holder):
    """A credential that somebody sealed."""
    issuer = did_key_signer("P-256")
    return sealed(credential(issuer=did_of(issuer)), issuer, cryptosuite="ecdsa-rdfc-2019")


def test_presentations_of_every_conforming_form_are_verified(client, present, inside, holder):
    did = did_of(holder)
    forms = [
        {},
        {"id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5"},
        {"@context": [V2, EXAMPLES]},
        {"@context": [V2, TEST], "type": ["VerifiablePresentation", "Test"]},
        {"@context": [V2, TEST], "type": ["VerifiablePresentation", "Test"], "verifiableCredential": []},
        {"verifiableCredential": [inside]},
        {"verifiableCredential": inside},
        {"verifiableCredential": [inside, {**sealed(credential(issuer=did), holder)}]},
        {"holder": did, "verifiableCredential": [inside]},
        {"holder": {"id": did}},
        {"termsOfUse": {"type": "https://example.org/#Test"}},
    ]
    for form in forms:
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            reply = client.verify_presentation(present(form, suite=suite))
            assert (reply.status, reply.body["errors"]) == (200, []), (form, reply.body)


@pytest.mark.parametrize(
    "change",
    [
        {"@context": ...},
        {"@context": [EXAMPLES, V2]},
        {"@context": [EXAMPLES]},
        {"@context": [V2, "https://example.com"]},
        {"@context": [V2, "https ://not-a-url/contexts/example/v1"]},
        {"@context": [V2, 123192875]},
        {"type": ...},
        {"type": ["Test"]},
        {"type": "VerifiableCredential"},
        {"id": "no address"},
        {"id": None},
        {"holder": {"name": "no id"}},
        {"holder": {"id": "no address"}},
        {"holder": 5},
        {"verifiableCredential": "https://example.org/credential"},
        {"verifiableCredential": [5]},
        {"verifiableCredential": [{"type": ["VerifiableCredential"]}]},
        {"termsOfUse": {"id": "urn:x"}},
    ],
    ids=str,
)
def test_a_presentation_that_breaks_a_must_is_refused_though_it_is_sealed(client, present, holder, change):
    document = {"@context": [V2], "type": ["VerifiablePresentation"], **change}
    document = {name: value for name, value in document.items() if value is not ...}
    shown = sealed(document, holder, cryptosuite="eddsa-jcs-2022", proof_purpose="authentication")
    reply = client.verify_presentation(shown)
    assert (reply.status, reply.body["verified"]) == (400, False)


def test_a_changed_proof_is_refused(client, present):
    shown = present()
    shown["proof"]["proofValue"] = "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"
    assert client.verify_presentation(shown).status == 400
    assert client.verify_presentation({name: value for name, value in shown.items() if name != "proof"}).status == 400


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"challenge": "c2", "domain": "d"}, "INVALID_CHALLENGE_ERROR"),
        ({"challenge": "c1", "domain": "other"}, "INVALID_DOMAIN_ERROR"),
        ({"expectedProofPurpose": "assertionMethod"}, "PROOF_VERIFICATION_ERROR"),
    ],
)
def test_challenge_domain_and_purpose_must_be_what_the_caller_asks(client, present, options, title):
    assert client.verify_presentation(present(), challenge="c1", domain="d").status == 200
    reply = client.verify_presentation(present(), **options)
    assert (reply.status, reply.body["title"]) == (400, title)


def test_without_a_challenge_the_reply_warns_of_a_copy(client, present):
    reply = client.verify_presentation(present())
    assert [warning["reason"] for warning in reply.body["warnings"]] == ["challenge-not-asked"]


def test_a_presentation_by_another_key_than_the_holders_is_refused(client, present):
    reply = client.verify_presentation(present(holder="did:example:acme"))
    assert (reply.status, reply.body["reason"]) == (400, "controller-mismatch")


def test_each_credential_inside_must_hold(client, present, inside):
    spoiled = copy.deepcopy(inside)
    spoiled["credentialSubject"]["id"] = "did:example:somebody-else"
    reply = client.verify_presentation(present(verifiableCredential=[inside, spoiled]))
    assert reply.status == 400
    assert [part["verified"] for part in reply.body["credentialResults"]] == [True, False]


class TestSelfAsserted:
    """VCDM 2.0 section 4.13.3: a credential that only the presentation's proof secures."""

    def test_it_is_verified_where_its_issuer_is_the_holder(self, client, present, holder):
        mine = credential(issuer=did_of(holder))
        assert client.verify_presentation(present(holder=did_of(holder), verifiableCredential=[mine])).status == 200

    def test_without_a_holder_it_is_refused(self, client, present, holder):
        assert (
            client.verify_presentation(present(verifiableCredential=[credential(issuer=did_of(holder))])).status == 400
        )

    @pytest.mark.parametrize("whose", ["holder", "issuer"])
    def test_an_issuer_that_is_not_the_holder_is_refused(self, client, present, holder, whose):
        named = {"holder": did_of(holder), "issuer": did_of(holder), whose: "did:example:acme"}
        mine = credential(issuer=named["issuer"])
        assert client.verify_presentation(present(holder=named["holder"], verifiableCredential=[mine])).status == 400

    def test_it_must_itself_be_sound_and_valid_now(self, client, present, holder):
        for change in ({"credentialSubject": {}}, {"validUntil": "2026-01-01T00:00:00Z"}):
            mine = credential(issuer=did_of(holder), **change)
            shown = present(holder=did_of(holder), verifiableCredential=[mine], suite="eddsa-jcs-2022")
            assert client.verify_presentation(shown).status == 400


class TestEnvelopes:
    @pytest.fixture
    def envelope(self, client_for):
        return client_for(VC_JWT, "P-256").issued(credential(name="Enveloped"))

    def test_an_issued_envelope_has_context_data_url_and_type_and_is_verified(self, client, envelope):
        assert envelope["@context"] == V2
        assert envelope["type"] == "EnvelopedVerifiableCredential"
        assert envelope["id"].startswith("data:application/vc+jwt,")
        reply = client.verify(envelope, returnCredential=True)
        assert (reply.status, reply.body["credential"]["name"]) == (200, "Enveloped")

    @pytest.mark.parametrize(
        "change",
        [
            {"@context": []},
            {"@context": ...},
            {"@context": EXAMPLES},
            {"@context": [EXAMPLES]},
            {"type": ...},
            {"type": ["VerifiableCredential"]},
            {"type": "EnvelopedVerifiablePresentation"},
            {"name": "a name that no signature covers"},
        ],
        ids=str,
    )
    def test_an_envelope_that_breaks_a_must_is_refused(self, client, envelope, change):
        changed = {name: value for name, value in {**envelope, **change}.items() if value is not ...}
        assert client.verify(changed).status == 400

    def test_an_envelope_whose_token_is_bare_changed_or_of_another_kind_is_refused(self, client, envelope):
        token = envelope["id"].partition(",")[2]
        spoiled = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
        for address in (token, f"data:application/vc+jwt,{spoiled}", f"data:application/vp+jwt,{token}", "data:,x", 5):
            assert client.verify({**envelope, "id": address}).status == 400

    def test_what_breaks_a_must_inside_the_envelope_is_refused(self, client):
        signer = did_key_signer("P-256")
        document = credential(issuer=did_of(signer), credentialSubject={})
        token = vc_jwt.sign(json.dumps(document).encode(), signer)
        reply = client.verify(
            {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{token}"}
        )
        assert (reply.status, reply.body["reason"]) == (400, "vcdm-subject")

    def test_an_enveloped_credential_in_a_presentation_is_verified_apart(self, client, present, envelope):
        assert client.verify_presentation(present(verifiableCredential=[envelope])).status == 200
        spoiled = {**envelope, "id": envelope["id"][:-4] + "AAAA"}
        assert client.verify_presentation(present(verifiableCredential=[spoiled])).status == 400

    @pytest.fixture
    def enveloped_presentation(self, envelope):
        signer = did_key_signer("P-256")
        claims = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": did_of(signer),
            "verifiableCredential": [envelope],
            "nonce": "c1",
            "aud": "d",
        }
        token = vc_jwt.sign_presentation(json.dumps(claims).encode(), signer)
        return {"@context": V2, "type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{token}"}

    def test_an_enveloped_presentation_answers_its_challenge(self, client, enveloped_presentation):
        assert client.verify_presentation(enveloped_presentation, challenge="c1", domain="d").status == 200
        for options in ({"challenge": "c2", "domain": "d"}, {"challenge": "c1", "domain": "x"}, {}):
            assert client.verify_presentation(enveloped_presentation, **options).status == 400

    @pytest.mark.parametrize("media_type", ["application/vp+jwt", "application/jwt"])
    def test_an_enveloped_presentation_in_a_vp_claim_is_refused(self, client, envelope, media_type):
        """VC-JOSE-COSE: "The JWT Claim Names vc and vp MUST NOT be present"; an input of the W3C's suite has one."""
        signer = did_key_signer("P-256")
        inside = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [envelope]}
        for claims in ({"vp": inside, "iss": did_of(signer)}, {**inside, "holder": did_of(signer), "vp": inside}):
            token = vc_jwt.sign_presentation(json.dumps(claims).encode(), signer)
            document = {"@context": V2, "type": "EnvelopedVerifiablePresentation", "id": f"data:{media_type},{token}"}
            assert client.verify_presentation(document).status == 400

    @pytest.mark.parametrize(
        "change", [{"@context": []}, {"@context": [EXAMPLES]}, {"type": ["VerifiablePresentation"]}], ids=str
    )
    def test_an_enveloped_presentation_that_breaks_a_must_is_refused(self, client, enveloped_presentation, change):
        changed = {**enveloped_presentation, **change}
        assert client.verify_presentation(changed, challenge="c1", domain="d").status == 400
        bare = {**enveloped_presentation, "id": enveloped_presentation["id"].partition(",")[2]}
        assert client.verify_presentation(bare, challenge="c1", domain="d").status == 400


def test_a_created_presentation_is_verified(client):
    """POST /presentations/create."""
    body = {
        "presentation": {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [client.issued(credential())],
        },
        "options": {"challenge": "c1", "domain": "d"},
    }
    reply = client.post("/presentations/create", body)
    assert reply.status == 201
    shown = reply.body["verifiablePresentation"]
    assert client.verify_presentation(shown, challenge="c1", domain="d").status == 200
    body["presentation"]["holder"] = "did:example:somebody-else"
    assert client.post("/presentations/create", body).status == 400
