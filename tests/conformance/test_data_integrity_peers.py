"""Digital Bazaar's JavaScript libraries as an oracle: they verify what we seal, we verify what they seal."""

import json
import random
from datetime import UTC, datetime

import pytest

from credenza.errors import MalformedInput
from credenza.keys import VerificationMethod
from credenza.keys.public import from_multikey
from credenza.keys.signer import SoftwareSigner, generate
from credenza.linked_data import contexts
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.rdf_canonical import canonicalize_quads
from credenza.proof.data_integrity import CRYPTOSUITES, add_base_proof, add_proof, derive, verify_proofs

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CREATED = datetime(2026, 5, 1, tzinfo=UTC)
KINDS = {"eddsa-rdfc-2022": ["Ed25519"], "eddsa-jcs-2022": ["Ed25519"]}
ECDSA_KINDS = {"ecdsa-rdfc-2019": ["P-256", "P-384"], "ecdsa-jcs-2019": ["P-256", "P-384"]}
CASES = [(suite, kind) for suite, kinds in (KINDS | ECDSA_KINDS).items() for kind in kinds]


def credential_for(issuer: str) -> dict:
    return {
        "@context": [contexts.VC_V2, contexts.OPEN_BADGES],
        "id": "urn:uuid:8f1f0f0e-64a3-4d3b-9a52-0a5f1d6c1e2b",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Data Literacy — Δεδομένα — بيانات",
        "issuer": {"id": issuer, "type": ["Profile"], "name": 'Université "X"\n'},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": "Ελένη\tΠ.", "identityType": "name"},
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": "e@x.example",
                    "identityType": "emailAddress",
                },
            ],
            "creditsEarned": 2.5,
            "result": [{"type": ["Result"], "value": "A"}, {"type": ["Result"], "status": "Completed"}],
            "achievement": {
                "id": "https://university.example/mc/1",
                "type": ["Achievement"],
                "name": "Data Literacy",
                "description": "Reads data.",
                "creditsAvailable": 3,
                "criteria": {"narrative": "Passed the exam"},
                "tag": ["data", "literacy"],
                "alignment": [
                    {"type": ["Alignment"], "targetName": "EQF 6", "targetUrl": "http://data.europa.eu/snb/eqf/6"},
                    {"type": ["Alignment"], "targetName": "ESCO", "targetUrl": "http://data.europa.eu/esco/skill/1"},
                ],
                "resultDescription": [
                    {
                        "id": "urn:uuid:aa1f0f0e-64a3-4d3b-9a52-0a5f1d6c1e2b",
                        "type": ["ResultDescription"],
                        "name": "Grade",
                        "resultType": "LetterGrade",
                        "allowedValue": ["A", "B", "C"],
                    }
                ],
            },
        },
    }


def new_signer(kind: str) -> SoftwareSigner:
    bare = generate(kind, key_id="")
    name = bare.public_key.to_multikey()
    return SoftwareSigner(bare.private_key, f"did:key:{name}#{name}")


def method_of(method_id: str) -> VerificationMethod:
    controller, _, fragment = method_id.partition("#")
    return VerificationMethod(method_id, controller, from_multikey(fragment), frozenset({"assertionMethod"}))


def codes(document) -> list[str]:
    found = verify_proofs(
        document,
        find_method=method_of,
        expected_purpose="assertionMethod",
        now=NOW,
        allowed_cryptosuites=CRYPTOSUITES,
    )
    return [result.finding.code for result in found]


@pytest.mark.parametrize(("suite", "kind"), CASES)
def test_the_peer_verifies_what_we_seal_and_refuses_it_changed(peers, suite, kind):
    signer = new_signer(kind)
    sealed = add_proof(
        credential_for(signer.key_id.split("#")[0]),
        signer,
        cryptosuite=suite,
        verification_method=signer.key_id,
        proof_purpose="assertionMethod",
        created=CREATED,
    )
    changed = {**sealed, "name": "Another"}
    jobs = [{"do": "verify", "credential": item, "cryptosuite": suite} for item in (sealed, changed)]
    good, bad = peers(*jobs, signers=[signer])
    assert good["value"] == {"verified": True, "errors": []}
    assert bad["value"]["verified"] is False


OWN_CONTEXT = ["https://www.w3.org/ns/credentials/v2", {"@protected": True, "sail": "urn:example:sail"}]
DIRECTED = {"@value": "بيانات", "@language": "AR", "@direction": "rtl"}


@pytest.mark.parametrize(("suite", "kind"), [case for case in CASES if "rdfc" in case[0]])
def test_directions_and_contexts_written_out_mean_the_same_to_the_peer(peers, suite, kind):
    signer = new_signer(kind)
    credential = {
        "@context": OWN_CONTEXT,
        "type": ["VerifiableCredential"],
        "name": [DIRECTED, {"@value": "x", "@direction": "ltr"}],
        "issuer": signer.key_id.split("#")[0],
        "credentialSubject": {"sail": "Earth101"},
    }
    options = {"verification_method": signer.key_id, "proof_purpose": "assertionMethod", "created": CREATED}
    catalogue = contexts.ContextCatalogue(inline_contexts=True)
    sealed = add_proof(credential, signer, cryptosuite=suite, catalogue=catalogue, **options)
    changed = {**sealed, "name": [{**DIRECTED, "@direction": "ltr"}, sealed["name"][1]]}
    jobs = [{"do": "verify", "credential": item, "cryptosuite": suite} for item in (sealed, changed)]
    good, bad = peers(*jobs, signers=[signer])
    assert good["value"] == {"verified": True, "errors": []}
    assert bad["value"]["verified"] is False


@pytest.mark.parametrize(("suite", "kind"), CASES)
def test_we_verify_what_the_peer_seals_and_refuse_it_changed(peers, suite, kind):
    signer = new_signer(kind)
    credential = credential_for(signer.key_id.split("#")[0])
    job = {"do": "issue", "credential": credential, "cryptosuite": suite, "key": signer.key_id}
    (issued,) = peers({**job, "date": "2026-05-01T00:00:00Z"}, signers=[signer])
    sealed = issued["value"]
    assert codes(sealed) == ["proof-valid"]
    assert codes({**sealed, "name": "Another"}) == ["proof-invalid"]


def test_selective_disclosure_works_across_implementations_in_every_combination(peers):
    """Each of sealing, choosing and verifying may be ours or theirs (who cannot choose from ordered lists)."""
    signer, once = new_signer("P-256"), new_signer("P-256")
    credential = credential_for(signer.key_id.split("#")[0])
    del credential["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"]
    mandatory = ["/issuer", "/validFrom"]
    chosen = ["/credentialSubject/achievement/name", "/credentialSubject/result/1", "/credentialSubject/identifier/0"]
    ours = add_base_proof(
        credential,
        signer,
        one_time_signer=once,
        hmac_key=bytes(range(32)),
        mandatory_pointers=mandatory,
        verification_method=signer.key_id,
        proof_purpose="assertionMethod",
        created=CREATED,
    )
    issue = {"do": "issue", "credential": credential, "cryptosuite": "ecdsa-sd-2023", "key": signer.key_id}
    (issued,) = peers({**issue, "date": "2026-05-01T00:00:00Z", "mandatoryPointers": mandatory}, signers=[signer])
    theirs = issued["value"]
    derived_by_us = [derive(base, chosen) for base in (ours, theirs)]
    derive_jobs = [{"do": "derive", "credential": base, "selectivePointers": chosen} for base in (ours, theirs)]
    verify_jobs = [{"do": "verify", "credential": item, "cryptosuite": "ecdsa-sd-2023"} for item in derived_by_us]
    *derived_by_them, first, second = peers(*derive_jobs, *verify_jobs, signers=[signer])
    assert [first["value"], second["value"]] == [{"verified": True, "errors": []}] * 2
    for document in [*derived_by_us, *(result["value"] for result in derived_by_them)]:
        assert codes(document) == ["proof-valid"]
    assert derived_by_us[0] == derived_by_them[0]["value"]


def test_canonical_forms_are_equal_byte_for_byte(peers, shared_data):
    """On the official ELM sample, on an Open Badge, and on two alike badges in a presentation."""
    sample = json.loads((shared_data / "elm" / "elm-Sample-MC-Annex1-unsigned.jsonld").read_bytes())
    badge = credential_for("did:example:issuer")
    presentation = {
        "@context": [contexts.VC_V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [badge, {**badge, "id": "urn:x:2"}],
    }
    documents = [sample, badge, presentation]
    results = peers(*({"do": "canonicalize", "document": document} for document in documents))
    assert [result["value"] for result in results] == [
        canonicalize(document).to_bytes().decode() for document in documents
    ]


def test_random_datasets_are_canonical_as_the_peer_has_them(peers):
    """Blank nodes that refer to each other, as subjects, objects and graphs, from a fixed seed."""
    chance = random.Random(5)
    terms = [*(f"_:n{number}" for number in range(5)), "<urn:a>", "<urn:b>"]

    def quad():
        predicate = chance.choice(["<urn:p>", "<urn:q>"])
        return chance.choice(terms), predicate, chance.choice(terms), chance.choice(["", "", *terms])

    datasets = [[quad() for _ in range(chance.randint(1, 12))] for _ in range(300)]
    texts = ["".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads) for quads in datasets]
    results = peers(*({"do": "canonicalizeDataset", "nquads": text} for text in texts))
    assert [result["value"] for result in results] == ["".join(canonicalize_quads(quads).lines) for quads in datasets]


UNSAFE = [
    {"undefinedMember": "x"},
    {"issuer": "relative"},
    {"type": ["VerifiableCredential", "UndefinedType"]},
    {"id": "not-an-address"},
    {"credentialSubject": {"id": "did:example:x", "undefinedMember": 1}},
    {"name": {"@value": "x", "@language": "not a language"}},
]


@pytest.mark.parametrize("change", UNSAFE, ids=lambda change: next(iter(change)))
def test_what_the_peer_calls_unsafe_is_refused_by_us(peers, change):
    document = {**credential_for("did:example:issuer"), **change}
    (result,) = peers({"do": "canonicalize", "document": document})
    assert "error" in result
    with pytest.raises(MalformedInput):
        canonicalize(document)
