"""The readers of what other institutions send: transcripts, their signatures, registries, signed requests."""

from __future__ import annotations

import base64
import json
import tomllib
import uuid
from collections.abc import Iterator
from datetime import date

import damage
import layers
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from readers import Reader
from seeds import NOW, Issued

from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.exchange.emrex.registry import parse_registry
from credenza.exchange.ewp.catalogue import Institution, parse_catalogue
from credenza.exchange.ewp.http import Request
from credenza.exchange.ewp.http_signature import sign_request, verify_request
from credenza.exchange.ewp.manifest import NodeAddresses, build_manifest, parse_manifest
from credenza.keys import SoftwareSigner
from credenza.proof.xml_signature import sign_enveloped, verify_enveloped
from credenza.record import Award, Learner, Text
from credenza.record.authoring import read_micro_credential, read_organisation

SIGNER = SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "sender")


def exchange_readers(issued: Issued) -> Iterator[Reader]:
    """Every reader of what is exchanged."""
    award = _award(issued.files)
    sealed = elmo.Attachment(issued.files["open-badge"], "application/vc", Text.of("Badge"))
    document = elmo.to_document(award, generated=NOW, sealed=(sealed,))
    yield Reader(
        "elmo-attached", damage.of_xml(elmo.to_bytes(document)), lambda data: len(elmo.from_bytes(data).entries)
    )
    decided = elmo.ResultOfRecognition(
        title=Text.of("Recognised"),
        status=elmo.RecognitionStatus.POSITIVE,
        decision_date=date(2026, 1, 1),
        basis=(award,),
        counted=(elmo.Counted(id="c", title=Text.of("Course")),),
        mapping=(elmo.RecognitionMapping(recognised=("a",), counted_as=("c",)),),
    )
    decision = elmo.to_recognition(award.learner, (decided,), authority=award.issuer, generated=NOW)
    yield Reader(
        "elmo-decision", damage.of_xml(elmo.to_bytes(decision)), lambda data: len(elmo.from_bytes(data).decisions)
    )
    packed = layers.packed(elmo.to_bytes(document))
    yield Reader("elmo-packed", packed, lambda data: bool(elmo.unpack(data.decode("latin-1"))))
    yield Reader(
        "xml-signature",
        damage.of_xml(sign_enveloped(document, SIGNER)),
        lambda data: len(verify_enveloped(data, SIGNER.public_key, expected_root=tag("elmo"))),
    )
    yield from _registries()


def _registries() -> Iterator[Reader]:
    pem = SIGNER.public_key.crypto.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    provider = {
        "acronym": "EX",
        "countryCode": "FI",
        "institutions": ["x"],
        "url": "https://emp.example",
        "pubKey": pem,
    }
    registry = json.dumps({"countries": [{"countryCode": "FI", "countryName": "F"}], "emps": [provider]}).encode()
    yield Reader("emreg", damage.of_json(registry), lambda data: len(parse_registry(data, fetched=NOW).providers))
    urls = NodeAddresses(*["https://ewp.example/x"] * 5)
    heis = [Institution("ex.example", (("en", "Example"),), (("pic", "999999999"),))]
    keys = [SIGNER.public_key]
    manifest = build_manifest(
        urls, institutions=heis, client_keys=keys, server_keys=keys, admin_emails=["a@x.example"], most_mobilities=9
    )
    yield Reader("ewp-manifest", damage.of_xml(manifest), lambda data: len(parse_manifest(data)))
    space = "https://github.com/erasmus-without-paper/ewp-specs-api-registry/tree/stable-v1"
    key = base64.b64encode(
        SIGNER.public_key.crypto.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
    catalogue = (
        f'<catalogue xmlns="{space}"><host><institutions-covered><hei-id>ex.example</hei-id></institutions-covered>'
        f'<client-credentials-in-use><rsa-public-key sha-256="{"0" * 64}"/></client-credentials-in-use></host>'
        f'<institutions><hei id="ex.example"><name>Ex</name></hei></institutions>'
        f'<binaries><rsa-public-key sha-256="{"0" * 64}">{key}</rsa-public-key></binaries></catalogue>'
    )
    yield Reader(
        "ewp-catalogue", damage.of_xml(catalogue.encode()), lambda data: len(parse_catalogue(data, fetched=NOW).keys)
    )
    request = sign_request(
        Request("GET", "/echo", {}), host="ewp.example", signer=SIGNER, request_id=uuid.uuid4(), now=NOW
    )

    def headers(data: bytes) -> str:
        lines = data.decode("latin-1").split("\n")
        given = dict(line.split(": ", 1) for line in lines if ": " in line)
        return verify_request(Request("GET", "/echo", given), expected_host="ewp.example", now=NOW).request_id

    sent = "\n".join(f"{name}: {value}" for name, value in request.headers.items()).encode()
    yield Reader("ewp-request", damage.of_bytes(sent), headers)


def _award(issued: dict[str, bytes]) -> Award:
    body = read_organisation(tomllib.loads(issued["organisation"].decode()))
    definition = read_micro_credential(tomllib.loads(issued["toml"].decode()), awarding_body=body)
    learner = Learner(full_name="Ana Pérez", birth_date=date(2001, 5, 31))
    return Award(id=f"urn:uuid:{uuid.uuid4()}", micro_credential=definition, issuer=body, learner=learner, issued=NOW)
