"""Digital Bazaar's JavaScript libraries, by which the W3C's suites make and check their own documents."""

import json

import pytest

from credenza.exchange.vc_api.instance import open_catalogue

from .conftest import SUITES, V1, did_key_signer, did_of
from .data_model_table import EXAMPLES, GOOD, V2, credential

DATE = "2026-05-01T00:00:00Z"
EXAMPLES_V1 = "https://www.w3.org/2018/credentials/examples/v1"
CONTEXTS = {url: open_catalogue().context(url) for url in (EXAMPLES, EXAMPLES_V1)}
RDFC = [case for case in SUITES if "rdfc" in case[0]]
EARLIER = {
    "@context": [V1, EXAMPLES_V1],
    "type": ["VerifiableCredential", "UniversityDegreeCredential"],
    "credentialSubject": {"id": "did:example:alice", "degree": {"degreeType": "B", "name": "Bachelor of Arts"}},
}


def is_known_to_the_peer(name, unsealed):
    """It refuses credentials out of their time by its own clock, and midnight as 24:00; it knows no status by itself."""
    out_of_time = unsealed.get("validFrom", "").startswith("2099") or unsealed.get("validUntil", "2033") < "2030"
    return not out_of_time and "24:00" not in name and "status" not in name


@pytest.mark.parametrize(("suite", "kind"), RDFC)
def test_what_the_end_point_issues_the_peer_verifies(peers, client_for, suite, kind):
    client = client_for(suite, kind)
    issued = {name: client.issued(unsealed) for name, unsealed in GOOD.items() if is_known_to_the_peer(name, unsealed)}
    issued["VCDM 1.1"] = client.issued(EARLIER)
    jobs = [{"do": "verify", "credential": item, "cryptosuite": suite} for item in issued.values()]
    results = peers(*jobs, signers=[client.signer], added=CONTEXTS)
    answers = dict(zip(issued, (result.get("value", result) for result in results), strict=True))
    assert {name: answer for name, answer in answers.items() if answer.get("verified") is not True} == {}


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_what_the_peer_issues_and_presents_the_end_points_verify(peers, client, suite, kind):
    issuer, holder = did_key_signer(kind), did_key_signer(kind)
    unsealed = credential(issuer=did_of(issuer), name={"@value": "x", "@language": "en"})
    issue = {"do": "issue", "credential": unsealed, "cryptosuite": suite, "key": issuer.key_id}
    (issued,) = peers({**issue, "date": DATE}, signers=[issuer], added=CONTEXTS)
    assert client.verify(issued["value"]).status == 200
    forms = [
        {"verifiableCredential": [issued["value"]]},
        {"id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5", "holder": did_of(holder)},
        {"holder": {"id": did_of(holder)}, "verifiableCredential": [credential(issuer=did_of(holder))]},
        {"@context": [V2, {"Test": "https://example.org/#Test"}], "type": ["VerifiablePresentation", "Test"]},
        {"verifiableCredential": []},
    ]
    base = {"@context": [V2], "type": ["VerifiablePresentation"]}
    asked = {"cryptosuite": suite, "key": holder.key_id, "date": DATE, "challenge": "c1", "domain": "d"}
    jobs = [{"do": "present", "presentation": {**base, **form}, **asked} for form in forms]
    for result in peers(*jobs, signers=[holder], added=CONTEXTS):
        shown = result["value"]
        reply = client.verify_presentation(shown, challenge="c1", domain="d")
        assert (reply.status, reply.body["errors"]) == (200, []), json.dumps(shown)
        assert client.verify_presentation(shown, challenge="c2", domain="d").status == 400


@pytest.mark.parametrize(("suite", "kind"), RDFC)
def test_what_the_end_point_presents_the_peer_verifies(peers, client_for, suite, kind):
    client = client_for(suite, kind)
    inside = [client.issued(credential())]
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": inside}
    body = {"presentation": presentation, "options": {"challenge": "c1", "domain": "d"}}
    shown = client.post("/presentations/create", body).body["verifiablePresentation"]
    jobs = [
        {"do": "verifyPresentation", "presentation": shown, "cryptosuite": suite, "challenge": challenge, "domain": "d"}
        for challenge in ("c1", "c2")
    ]
    good, bad = peers(*jobs, signers=[client.signer])
    assert good["value"]["verified"] is True, good
    assert bad["value"]["verified"] is False
