"""The published W3C vectors of Data Integrity: every step byte for byte, every altered copy refused."""

import copy
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credenza.encoding import multibase
from credenza.errors import CredenzaError
from credenza.keys import SoftwareSigner, VerificationMethod
from credenza.keys.public import from_multikey
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.contexts import ContextCatalogue
from credenza.proof.data_integrity import CRYPTOSUITES, add_base_proof, add_proof, derive, verify_proofs
from credenza.proof.data_integrity.proofs import without_proof
from credenza.proof.data_integrity.selective import group
from credenza.proof.data_integrity.selective_values import parse_base, parse_derived

PEERS = Path(__file__).parent / "peers" / "node_modules"
CITIZENSHIP = PEERS / "@digitalbazaar" / "citizenship-context" / "contexts" / "v4rc1.jsonld"
EXAMPLES = {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)

SUITES = [
    ("vc-di-eddsa/eddsa-rdfc-2022", "DataInt", "eddsa-rdfc-2022", "sha256"),
    ("vc-di-eddsa/eddsa-rdfc-2022/employ", "DataInt", "eddsa-rdfc-2022", "sha256"),
    ("vc-di-eddsa/eddsa-jcs-2022", "JCS", "eddsa-jcs-2022", "sha256"),
    ("vc-di-eddsa/Ed25519Signature2020", "EdSig", "Ed25519Signature2020", "sha256"),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p256", "ECDSAP256", "ecdsa-rdfc-2019", "sha256"),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ", "ECDSAP256", "ecdsa-rdfc-2019", "sha256"),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p384", "ECDSAP384", "ecdsa-rdfc-2019", "sha384"),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p384/employ", "ECDSAP384", "ecdsa-rdfc-2019", "sha384"),
    ("vc-di-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256", "ecdsa-jcs-2019", "sha256"),
    ("vc-di-ecdsa/ecdsa-jcs-2019-p384", "JCSECDSAP384", "ecdsa-jcs-2019", "sha384"),
]
CHAINS = ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"]


@pytest.fixture(scope="session")
def vectors(shared_data):
    return shared_data / "vectors"


@pytest.fixture(scope="session")
def catalogue():
    added = {"https://www.w3.org/ns/credentials/examples/v2": EXAMPLES}
    if CITIZENSHIP.is_file():
        added["https://w3id.org/citizenship/v4rc1"] = json.loads(CITIZENSHIP.read_bytes())["@context"]
    return ContextCatalogue(added=added)


def needs_citizenship(folder: str) -> None:
    if folder.endswith(("employ", "prc")) and not CITIZENSHIP.is_file():
        pytest.skip("the citizenship context is not installed: npm ci --prefix tests/conformance/peers")


def read(path: Path):
    return json.loads(path.read_bytes())


def published_key(method_id: str) -> VerificationMethod:
    """The key that a did:key names; a real resolver is the business of ``trust``."""
    controller, _, fragment = method_id.partition("#")
    return VerificationMethod(method_id, controller, from_multikey(fragment), frozenset({"assertionMethod"}))


def results(document, catalogue):
    return verify_proofs(
        document,
        find_method=published_key,
        expected_purpose="assertionMethod",
        now=NOW,
        allowed_cryptosuites=CRYPTOSUITES,
        catalogue=catalogue,
    )


def refused(document, catalogue) -> bool:
    try:
        return not all(result.valid for result in results(document, catalogue))
    except CredenzaError:
        return True


def every_alteration(value, path=()):
    """Every member changed, every member and item taken away, one member added: (where, altered copy)."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name, "removed"), {key: item for key, item in value.items() if key != name}
            for where, altered in every_alteration(member, (*path, name)):
                yield where, {**value, name: altered}
        yield (*path, "added"), {**value, "addedByAForger": "x"}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index, "removed"), value[:index] + value[index + 1 :]
            for where, altered in every_alteration(item, (*path, index)):
                yield where, [*value[:index], altered, *value[index + 1 :]]
    elif isinstance(value, str) and value:
        middle = len(value) // 2
        other = "a" if value[middle] != "a" else "b"
        yield (*path, "changed"), value[:middle] + other + value[middle + 1 :]
        yield (*path, "lengthened"), value + "a"


@pytest.mark.parametrize(("folder", "suffix", "suite", "digest"), SUITES, ids=[case[0] for case in SUITES])
class TestSuite:
    def test_each_canonical_form_and_hash_is_the_published_one(self, vectors, catalogue, folder, suffix, suite, digest):
        needs_citizenship(folder)
        at = vectors / folder
        signed = read(at / f"signed{suffix}.json")
        config = read(at / f"proofConfig{suffix}.json")
        canonical = CRYPTOSUITES[suite].canonical(without_proof(signed), digest, catalogue)
        canonical_config = CRYPTOSUITES[suite].canonical(config, digest, catalogue)
        assert canonical == (at / f"canonDoc{suffix}.txt").read_bytes()
        assert canonical_config == (at / f"proofCanon{suffix}.txt").read_bytes()
        both = hashlib.new(digest, canonical_config).hexdigest() + hashlib.new(digest, canonical).hexdigest()
        assert both == (at / f"combinedHash{suffix}.txt").read_text().strip()

    def test_the_published_document_verifies(self, vectors, catalogue, folder, suffix, suite, digest):
        needs_citizenship(folder)
        (result,) = results(read(vectors / folder / f"signed{suffix}.json"), catalogue)
        assert result.finding.code == "proof-valid"

    def test_every_altered_copy_is_refused(self, vectors, catalogue, folder, suffix, suite, digest):
        needs_citizenship(folder)
        document = read(vectors / folder / f"signed{suffix}.json")
        accepted = [where for where, altered in every_alteration(document) if not refused(altered, catalogue)]
        assert accepted == []


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_our_own_eddsa_signature_is_the_published_one(vectors, catalogue, suite):
    """Ed25519 is deterministic, so the whole sealed document must come out equal."""
    keys = read(vectors / "vc-di-eddsa" / "keyPair.json")
    secret = multibase.decode(keys["privateKeyMultibase"])[2:]
    method = f"did:key:{keys['publicKeyMultibase']}#{keys['publicKeyMultibase']}"
    signer = SoftwareSigner(ed25519.Ed25519PrivateKey.from_private_bytes(secret), method)
    sealed = add_proof(
        read(vectors / "vc-di-eddsa" / "unsigned.json"),
        signer,
        cryptosuite=suite,
        verification_method=method,
        proof_purpose="assertionMethod",
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
        catalogue=catalogue,
    )
    name = "signedDataInt.json" if suite == "eddsa-rdfc-2022" else "signedJCS.json"
    assert sealed == read(vectors / "vc-di-eddsa" / suite / name)


@pytest.mark.parametrize("name", CHAINS)
def test_every_proof_of_a_published_set_or_chain_verifies(vectors, catalogue, name):
    document = read(vectors / "vc-di-eddsa" / "proof-set-chain" / f"{name}.json")
    assert [result.finding.code for result in results(document, catalogue)] == ["proof-valid"] * len(
        listed(document["proof"])
    )


@pytest.mark.parametrize("name", CHAINS)
def test_every_altered_copy_of_a_set_or_chain_is_refused(vectors, catalogue, name):
    """Taking away a whole proof that no later one builds on is no alteration of the others."""
    document = read(vectors / "vc-di-eddsa" / "proof-set-chain" / f"{name}.json")
    proofs = listed(document["proof"])
    named = {previous for proof in proofs for previous in listed(proof.get("previousProof", []))}
    independent = {("proof", at, "removed") for at, proof in enumerate(proofs) if proof.get("id") not in named}
    alterations = [altered for where, altered in every_alteration(document) if where not in independent]
    assert alterations
    assert [altered for altered in alterations if not refused(altered, catalogue)] == []


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="session", params=["employ", "prc"])
def selective(request, vectors):
    needs_citizenship(request.param)
    return vectors / "vc-di-ecdsa" / "ecdsa-sd-2023" / request.param


def selected_pointers(selective, kind):
    prefix = "employ" if selective.name == "employ" else "prCred"
    return read(selective.parents[1] / f"{prefix}{kind}.json")


class TestSelectiveDisclosure:
    def test_the_names_of_blank_nodes_are_the_published_ones(self, selective, catalogue):
        base = read(selective / "addSignedSDBase.json")
        unsecured = without_proof(base)
        lines = canonicalize(unsecured, catalogue=catalogue).lines
        assert lines == read(selective / "addBaseDocCanon.json")
        hmac_key = parse_base(base["proof"]["proofValue"]).hmac_key
        assert group(unsecured, hmac_key, [], catalogue=catalogue).lines == read(selective / "addBaseDocHMACCanon.json")

    def test_the_groups_of_statements_are_the_published_ones(self, selective, catalogue):
        base = read(selective / "addSignedSDBase.json")
        mandatory, chosen = (selected_pointers(selective, kind) for kind in ("Mandatory", "Selective"))
        hmac_key = parse_base(base["proof"]["proofValue"]).hmac_key
        groups = group(without_proof(base), hmac_key, [mandatory, chosen, mandatory + chosen], catalogue=catalogue)
        published = read(selective / "derivedGroupIndexes.json")
        assert [sorted(indexes) for indexes in groups.selected] == [
            published["mandatoryIndexes"],
            published["selectiveIndexes"],
            published["combinedIndexes"],
        ]

    def test_the_base_value_is_read_and_written_as_published(self, selective):
        text = read(selective / "addSignedSDBase.json")["proof"]["proofValue"]
        value, published = parse_base(text), read(selective / "addRawBaseSignatureInfo.json")
        assert value.base_signature.hex() == published["baseSignature"]
        assert [signature.hex() for signature in value.signatures] == published["signatures"]
        assert value.to_text() == text

    def test_what_is_derived_is_the_published_document(self, selective, catalogue):
        derived = derive(
            read(selective / "addSignedSDBase.json"), selected_pointers(selective, "Selective"), catalogue=catalogue
        )
        assert derived == read(selective / "derivedRevealDocument.json")

    def test_the_derived_value_is_read_and_written_as_published(self, selective):
        text = read(selective / "derivedRevealDocument.json")["proof"]["proofValue"]
        assert parse_derived(text).to_text() == text

    def test_the_published_derived_document_verifies(self, selective, catalogue):
        (result,) = results(read(selective / "derivedRevealDocument.json"), catalogue)
        assert result.finding.code == "proof-valid"

    def test_the_base_document_must_not_be_shown(self, selective, catalogue):
        (result,) = results(read(selective / "addSignedSDBase.json"), catalogue)
        assert result.finding.code == "proof-not-derived"

    def test_every_altered_copy_of_the_derived_document_is_refused(self, selective, catalogue):
        document = read(selective / "derivedRevealDocument.json")
        assert [where for where, altered in every_alteration(document) if not refused(altered, catalogue)] == []

    def test_our_own_base_proof_can_be_derived_and_verified(self, selective, catalogue):
        material = read(selective.parent / "SDKeyMaterial.json")
        issuer, once = (ecdsa_signer(material[name]) for name in ("baseKeyPair", "proofKeyPair"))
        base = add_base_proof(
            without_proof(read(selective / "addSignedSDBase.json")),
            issuer,
            one_time_signer=once,
            hmac_key=bytes.fromhex(material["hmacKeyString"]),
            mandatory_pointers=selected_pointers(selective, "Mandatory"),
            verification_method=issuer.key_id,
            proof_purpose="assertionMethod",
            created=datetime(2023, 8, 15, 23, 36, 38, tzinfo=UTC),
            catalogue=catalogue,
        )
        derived = derive(base, selected_pointers(selective, "Selective"), catalogue=catalogue)
        published = copy.deepcopy(read(selective / "derivedRevealDocument.json"))
        assert [result.finding.code for result in results(derived, catalogue)] == ["proof-valid"]
        ours, theirs = (parse_derived(item["proof"].pop("proofValue")) for item in (derived, published))
        assert derived == published
        assert (ours.labels, ours.mandatory_indexes) == (theirs.labels, theirs.mandatory_indexes)


def ecdsa_signer(pair) -> SoftwareSigner:
    secret = int.from_bytes(multibase.decode(pair["secretKeyMultibase"])[2:], "big")
    name = pair["publicKeyMultibase"]
    return SoftwareSigner(ec.derive_private_key(secret, ec.SECP256R1()), f"did:key:{name}#{name}")
