"""A VC API without a server: instances with real keys, a network made of given documents, a clock that stands."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any

import pytest

from credenza.adapters.fetch import GivenFetch
from credenza.adapters.resolvers import MethodFinder
from credenza.errors import Conflict, MalformedInput
from credenza.exchange.vc_api import Instance, Issuer, Reply, respond
from credenza.exchange.vc_api.instance import open_catalogue
from credenza.keys.signer import SoftwareSigner, generate
from credenza.proof.data_integrity import add_proof
from credenza.status import bitstring
from credenza.trust import did as dids

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
V1 = "https://www.w3.org/2018/credentials/v1"
KINDS = {
    "eddsa-rdfc-2022": ["Ed25519"],
    "eddsa-jcs-2022": ["Ed25519"],
    "ecdsa-rdfc-2019": ["P-256", "P-384"],
    "ecdsa-jcs-2019": ["P-256", "P-384"],
}
SUITES = [(suite, kind) for suite, kinds in KINDS.items() for kind in kinds]


def did_key_signer(kind: str) -> SoftwareSigner:
    """A new key, named by its own did:key."""
    bare = generate(kind, key_id="")
    did = dids.from_public_key(bare.public_key)
    return SoftwareSigner(bare.private_key, f"{did}#{did.removeprefix('did:key:')}")


def did_of(signer: SoftwareSigner) -> str:
    return signer.key_id.partition("#")[0]


class Register:
    """A register in memory that publishes its lists, signed by the issuer, on the world's network."""

    def __init__(self, world: "World", signer: SoftwareSigner) -> None:
        self.world, self.signer = world, signer
        self.places: dict[str, int] = {}
        self.set: dict[str, set[int]] = {"revocation": set(), "suspension": set()}
        self.publish()

    def reserve(self, credential_id: str) -> list[bitstring.BitstringEntry]:
        if credential_id in self.places:
            raise Conflict("credential-exists", "A credential of that id was issued before.")
        index = self.places[credential_id] = 94_567 + len(self.places)
        return [bitstring.BitstringEntry(self.url(purpose), index, purpose) for purpose in self.set]

    def release(self, credential_id: str) -> None:
        del self.places[credential_id]

    def set_status(self, credential_id: str, purpose: str, value: bool) -> None:
        if credential_id not in self.places:
            raise MalformedInput("credential-unknown", "No such credential was issued.")
        index = self.places[credential_id]
        (self.set[purpose].add if value else self.set[purpose].discard)(index)
        self.publish()

    def url(self, purpose: str) -> str:
        return f"https://issuer.example/status/{purpose}"

    def publish(self) -> None:
        for purpose, indexes in self.set.items():
            self.world.publish_list(self.url(purpose), purpose, indexes, self.signer)


class World:
    """Instances, and the documents that their network holds."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[str, bytes]] = {}

    def fetch(self, url: str, **wanted: Any) -> Any:
        return GivenFetch(self.documents)(url, **wanted)

    def serve(self, url: str, document: Any, media_type: str = "application/vc") -> None:
        self.documents[url] = (media_type, json.dumps(document).encode())

    def publish_list(self, url: str, purpose: str, indexes: Any, signer: SoftwareSigner, **changes: Any) -> None:
        statuses = bitstring.new_statuses()
        statuses.update(indexes, 1)
        document = bitstring.list_credential(
            statuses,
            url=url,
            issuer=did_of(signer),
            purpose=purpose,
            valid_from=NOW - timedelta(days=1),
            valid_until=NOW + timedelta(days=6),
        )
        subject = document["credentialSubject"] | changes.pop("subject", {})
        self.serve(url, sealed({**document, "credentialSubject": subject, **changes}, signer))

    def instance(
        self, mechanism: str = "eddsa-rdfc-2022", kind: str = "Ed25519", *, register: bool = False
    ) -> Instance:
        signer = did_key_signer(kind)
        finder = MethodFinder(self.fetch)
        issuer = Issuer(
            id=did_of(signer),
            mechanism=mechanism,
            signer=signer,
            new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
            random_bytes=token_bytes,
            one_time_signer=lambda: generate("P-256", key_id="once"),
            register=Register(self, signer) if register else None,
        )
        return Instance(finder, finder.did_document, self.fetch, issuer)


class Client:
    """Posts to one instance and keeps what the W3C's suites look at: the status and the body."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.signer: SoftwareSigner = instance.issuer.signer
        self.did = instance.issuer.id

    def post(self, path: str, body: Any) -> Reply:
        return respond("POST", path, json.dumps(body).encode(), self.instance, now=NOW)

    def get(self, path: str, **query: str) -> Reply:
        return respond("GET", path, b"", self.instance, now=NOW, query=query)

    def issue(self, credential: Any, **options: Any) -> Reply:
        """As the suites do: the issuer's id is put where the credential names none."""
        if isinstance(credential, dict):
            issuer = credential.get("issuer", self.did)
            if isinstance(issuer, dict) and "id" not in issuer:
                issuer = {**issuer, "id": self.did}
            credential = {**credential, "issuer": issuer}
        return self.post("/credentials/issue", {"credential": credential, "options": options})

    def issued(self, credential: Any, **options: Any) -> dict[str, Any]:
        reply = self.issue(credential, **options)
        assert reply.status == 201, reply.body
        return json.loads(json.dumps(reply.body["verifiableCredential"]))

    def verify(self, credential: Any, **options: Any) -> Reply:
        return self.post("/credentials/verify", {"verifiableCredential": credential, "options": options})

    def verify_presentation(self, presentation: Any, **options: Any) -> Reply:
        body = {"verifiablePresentation": presentation, "options": {"checks": [], **options}}
        return self.post("/presentations/verify", body)


def sealed(document: Mapping[str, Any], signer: SoftwareSigner, **more: Any) -> dict[str, Any]:
    """A document with a proof, made as the suites make theirs: apart from the end points under test."""
    usual = "eddsa-rdfc-2022" if signer.public_key.kind == "Ed25519" else "ecdsa-rdfc-2019"
    options = {"cryptosuite": usual, "proof_purpose": "assertionMethod", "created": NOW, **more}
    return add_proof(document, signer, verification_method=signer.key_id, catalogue=open_catalogue(), **options)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client(world) -> Client:
    return Client(world.instance())


@pytest.fixture
def client_for(world):
    """A client of an instance with a cryptosuite and a kind of key."""

    def make(mechanism: str, kind: str = "Ed25519", **more: Any) -> Client:
        return Client(world.instance(mechanism, kind, **more))

    return make
