"""The readers that are fuzzed, each with a real seed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from credenza.adapters.carriers import open_carrier
from credenza.adapters.spreadsheets import read_cells
from credenza.cli.options import now
from credenza.cli.sources import sources
from credenza.document import elmo, sd_jwt_vc
from credenza.encoding import strict_json
from credenza.keys import signer
from credenza.proof import jades, sd_jwt, vc_jwt
from credenza.record.authoring import read_micro_credential, read_organisation
from credenza.record.class_list import read_rows
from credenza.status import bitstring, token_list
from credenza.trust import certificate_path, certificate_revocation, did_document, jwt_issuer, trusted_list_content
from credenza.trust.trusted_list_xml import parse as parse_list
from credenza.verifying.verify import verify
from credenza.vocabulary.esco import read_esco

NOW = datetime.now(UTC)
ALGORITHMS = ("ES256", "EdDSA", "Ed25519", "RS256")


@dataclass(frozen=True)
class Reader:
    """A reader with a real seed; ``is_json``: damage also reshapes its values."""

    name: str
    seed: bytes
    read: Callable[[bytes], object]
    is_json: bool = False


def all_readers(issued: dict[str, bytes], folder: Path) -> Iterator[Reader]:
    """Every reader; ``issued`` are real files by format."""
    yield from _files(issued)
    yield from _class_lists(issued, folder)
    yield from _documents(issued)
    yield from _lists()
    yield from _certificates()


def _files(issued: dict[str, bytes]) -> Iterator[Reader]:
    def whole(data: bytes) -> str:
        return verify(data, sources=brought, open_carrier=open_carrier, now=now()).verdict.value

    brought = sources(offline=True)
    for name in ("elm", "open-badge", "sd-jwt-vc", "pdf", "badge-png", "badge-svg"):
        yield Reader(name, issued[name], whole, name in ("elm", "open-badge"))


def _class_lists(issued: dict[str, bytes], folder: Path) -> Iterator[Reader]:
    def rows(suffix: str) -> Callable[[bytes], object]:
        def read(data: bytes) -> str:
            file = folder / f"fuzz.{suffix}"
            file.write_bytes(data)
            sheet = read_cells(file)
            found = list(read_rows(sheet.header, sheet.rows, definition=definition, today=now().date()))
            return f"{type(found[0]).__name__ if found else 'nothing'}"

        return read

    def toml(data: bytes) -> str:
        try:
            written = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return "no TOML"
        return type(read_micro_credential(written, awarding_body=body)).__name__

    body = read_organisation(tomllib.loads(issued["organisation"].decode()))
    definition = read_micro_credential(tomllib.loads(issued["toml"].decode()), awarding_body=body)
    yield Reader("class-list-xlsx", issued["xlsx"], rows("xlsx"))
    yield Reader("class-list-csv", issued["csv"], rows("csv"))
    yield Reader("definition-toml", issued["toml"], toml)
    esco = "conceptUri,preferredLabel,altLabels,skillType,reuseLevel\nhttp://data.europa.eu/esco/skill/a,b,c,d,e\n"
    yield Reader(
        "esco-csv", esco.encode(), lambda data: len(list(read_esco(data.decode("utf-8", "replace").split("\n"))))
    )


def _documents(issued: dict[str, bytes]) -> Iterator[Reader]:
    """The readers behind the seals, which a forger with a key of his own reaches."""
    claims = sd_jwt.verify(
        sd_jwt.parse(issued["sd-jwt-vc"].strip()),
        find_method=sources(offline=True).find_method,
        allowed_algorithms=ALGORITHMS,
        key_binding_expected=None,
        now=now(),
        expected_types=("dc+sd-jwt",),
    ).claims
    award = sd_jwt_vc.from_claims(dict(claims)).award
    transcript = elmo.to_bytes(elmo.to_document(award, generated=NOW))
    yield Reader("elmo", transcript, lambda data: type(elmo.from_bytes(data)).__name__)
    yield _json("sd-jwt-claims", dict(claims), lambda value: type(sd_jwt_vc.from_claims(value)).__name__)
    find = sources(offline=True).find_method
    token = issued["sd-jwt-vc"].split(b"~")[0]
    key = signer.generate("P-256", key_id="did:key:x#y")
    yield Reader(
        "vc-jwt", token, lambda data: vc_jwt.verify(data, find_method=find, allowed_algorithms=ALGORITHMS, now=NOW)
    )
    yield Reader(
        "jades", issued["elm"],
        lambda data: jades.verify(data, allowed_algorithms=ALGORITHMS, time_stamp_anchors=(), now=NOW).level, True,
    )  # fmt: skip
    methods = did_document.build("did:web:a.example", [did_document.PublishedKey("k", key.public_key)])
    yield _json("did-document", dict(methods), lambda value: did_document.methods_of(value, did="did:web:a.example"))
    metadata = jwt_issuer.build("https://a.example", [("k", key.public_key)])
    yield _json("jwt-issuer", metadata, lambda value: jwt_issuer.parse(value, issuer="https://a.example"))


def _lists() -> Iterator[Reader]:
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7",
        "statusListCredential": "https://a.example/1",
    }  # fmt: skip
    statuses = bitstring.new_statuses()
    made = bitstring.list_credential(
        statuses, url="https://a.example/1", issuer="did:web:a.example", purpose="revocation", valid_from=NOW,
        valid_until=NOW + timedelta(days=7),
    )  # fmt: skip
    yield _json("status-entry", entry, bitstring.entries_of)
    yield _json("bitstring-list", made, bitstring.parse_list)
    reference = {"status": {"status_list": {"idx": 3, "uri": "https://a.example/t"}}}
    yield _json("token-reference", reference, token_list.reference_of)
    tokens = {"iss": "https://a.example", "sub": "https://a.example/t", "iat": 1, "exp": 9_999_999_999}
    packed = token_list.encode(token_list.new_statuses())
    yield _json("token-list", {**tokens, "status_list": {"bits": 2, "lst": packed}}, token_list.parse_claims)


def _certificates() -> Iterator[Reader]:
    key, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Root", root_key, root_key, "Root", ca=True)
    leaf = _certificate("Seal", key, root_key, "Root", ca=False)
    der, root_der = leaf.public_bytes(Encoding.DER), root.public_bytes(Encoding.DER)
    anchors = certificate_path.TrustAnchors.of([root_der])
    yield Reader("certificate", der, lambda data: certificate_path.judge_chain((data,), anchors=anchors, at=NOW))
    path = (der, root_der)
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(NOW)
    crl = builder.next_update(NOW + timedelta(days=7)).sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER)
    yield Reader("crl", crl, lambda data: certificate_revocation.judge(path, crls=[data], at=NOW).code)
    response = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf, issuer=root, algorithm=hashes.SHA1(), cert_status=ocsp.OCSPCertStatus.GOOD, this_update=NOW,
        next_update=NOW + timedelta(days=1), revocation_time=None, revocation_reason=None,
    )  # fmt: skip
    signed = response.responder_id(ocsp.OCSPResponderEncoding.HASH, root).sign(root_key, hashes.SHA256())
    answer = signed.public_bytes(Encoding.DER)
    yield Reader("ocsp", answer, lambda data: certificate_revocation.judge(path, ocsp_responses=[data], at=NOW).code)
    yield Reader("trusted-list", _LIST.encode(), lambda data: trusted_list_content.read(parse_list(data)).territory)


def _certificate(name: str, key: Any, issuing_key: Any, issuer: str, *, ca: bool) -> x509.Certificate:
    subject, parent = (x509.Name.from_rfc4514_string(f"CN={one}") for one in (name, issuer))
    builder = x509.CertificateBuilder(parent, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=99))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return builder.sign(issuing_key, hashes.SHA256())


def _json(name: str, value: Any, read: Callable[[Any], object]) -> Reader:
    def from_bytes(data: bytes) -> str:
        return type(read(strict_json.loads_object(data))).__name__

    return Reader(name, json.dumps(value, default=str).encode(), from_bytes, True)


_URI = "http://uri.etsi.org/TrstSvc"
_LIST = f"""<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><SchemeInformation>
<TSLVersionIdentifier>5</TSLVersionIdentifier><TSLType>{_URI}/TrustedList/TSLType/EUgeneric</TSLType>
<SchemeTerritory>IE</SchemeTerritory><ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime><NextUpdate>
<dateTime>2026-06-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation><TrustServiceProviderList><TrustServiceProvider>
<TSPInformation><TSPName><Name>P</Name></TSPName></TSPInformation><TSPServices><TSPService><ServiceInformation>
<ServiceTypeIdentifier>{_URI}/Svctype/CA/QC</ServiceTypeIdentifier><ServiceName><Name>S</Name></ServiceName>
<ServiceDigitalIdentity/><ServiceStatus>{_URI}/TrustedList/Svcstatus/granted</ServiceStatus><StatusStartingTime>
2020-01-01T00:00:00Z</StatusStartingTime></ServiceInformation></TSPService></TSPServices></TrustServiceProvider>
</TrustServiceProviderList></TrustServiceStatusList>"""
