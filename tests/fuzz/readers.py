"""The readers that are fuzzed, each with damage to real files."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import damage
import layers
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from damage import Damage
from seeds import NOW, Issued

from credenza.adapters.carriers import open_carrier
from credenza.adapters.spreadsheets import read_bytes
from credenza.cli.sources import sources
from credenza.document import comprehensive_learner_record, elm, elmo, open_badge, sd_jwt_vc
from credenza.encoding import strict_json
from credenza.keys import signer
from credenza.proof import jades, sd_jwt, vc_jwt
from credenza.record.authoring import read_micro_credential, read_organisation
from credenza.record.class_list import Row, read_rows
from credenza.status import bitstring, token_list
from credenza.trust import certificate_path, certificate_revocation, did_document, jwt_issuer, trusted_list_content
from credenza.trust.trusted_list_xml import parse as parse_list
from credenza.verifying.verify import verify
from credenza.vocabulary.esco import read_esco

LATER = NOW + timedelta(minutes=1)
ALGORITHMS = ("ES256", "EdDSA", "Ed25519", "RS256")


@dataclass(frozen=True)
class Reader:
    """A reader, and how its next damaged file is made from a real one."""

    name: str
    damage: Damage
    read: Callable[[bytes], object]


def all_readers(issued: Issued) -> Iterator[Reader]:
    """Every reader of credentials and class lists."""
    yield from _files(issued)
    yield from _class_lists(issued.files)
    yield from _documents(issued)
    yield from _lists()
    yield from _certificates()


def _files(issued: Issued) -> Iterator[Reader]:
    """The whole report, as for a file that somebody drops: carriers, seals, and what is behind them."""

    def whole(data: bytes) -> str:
        report = verify(data, sources=brought, open_carrier=open_carrier, now=LATER)
        worst = next((one.code for one in report.checks if one.outcome == "failed"), "")
        return f"{report.verdict.value} {worst}".strip()

    brought = sources(offline=True, published=[issued.issuer.folder])
    badge = layers.badge(issued)
    sealed = issued.files["open-badge"]
    yield Reader("elm", layers.sealed_elm(issued), whole)
    yield Reader("open-badge", badge, whole)
    yield Reader("sd-jwt-vc", layers.wallet_credential(issued, wallet_claims(issued)), whole)
    yield Reader("clr", damage.of_json(issued.files["clr"]), whole)
    small = layers.certificate_file(sealed)
    inside = damage.mostly(damage.of_bytes(small), lambda chance: layers.certificate_file(badge(chance)))
    yield Reader("pdf", inside, whole)
    yield Reader("pdf-certificate", damage.of_bytes(issued.files["pdf"]), whole)
    yield Reader("badge-png", layers.picture(sealed, badge), whole)
    yield Reader("badge-svg", damage.of_xml(issued.files["badge-svg"]), whole)


def _class_lists(files: dict[str, bytes]) -> Iterator[Reader]:
    def rows(data: bytes) -> str:
        sheet = read_bytes(data, "fuzz")
        found = list(read_rows(sheet.header, sheet.rows, definition=definition, today=NOW.date()))
        return f"{sum(isinstance(one, Row) for one in found)} of {len(found)} good"

    def toml(data: bytes) -> str:
        try:
            written = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return "no TOML"
        return type(read_micro_credential(written, awarding_body=body)).__name__

    body = read_organisation(tomllib.loads(files["organisation"].decode()))
    written = tomllib.loads(files["toml"].decode())
    definition = read_micro_credential(written, awarding_body=body)
    yield Reader("class-list-xlsx", layers.workbook(files["xlsx"]), rows)
    yield Reader("class-list-csv", damage.of_bytes(files["csv"]), rows)
    yield Reader("definition-toml", damage.of_bytes(files["toml"]), toml)
    yield _json("definition", written, lambda value: read_micro_credential(value, awarding_body=body))
    yield _json("organisation", tomllib.loads(files["organisation"].decode()), read_organisation)
    esco = b"conceptUri,preferredLabel,altLabels,skillType,reuseLevel\nhttp://data.europa.eu/esco/skill/a,b,c,d,e\n"
    yield Reader(
        "esco-csv",
        damage.of_bytes(esco),
        lambda data: len(list(read_esco(data.decode("utf-8", "replace").split("\n")))),
    )


def wallet_claims(issued: Issued) -> dict[str, Any]:
    """What the SD-JWT says when all is disclosed."""
    verified = sd_jwt.verify(
        sd_jwt.parse(issued.files["sd-jwt-vc"].strip()),
        find_method=sources(offline=True).find_method,
        allowed_algorithms=ALGORITHMS,
        key_binding_expected=None,
        now=NOW,
        expected_types=("dc+sd-jwt",),
    )
    return dict(verified.claims)


def _documents(issued: Issued) -> Iterator[Reader]:
    """The readers behind the seals, which a forger with a key of his own reaches."""
    claims = wallet_claims(issued)
    transcript = elmo.to_bytes(elmo.to_document(sd_jwt_vc.from_claims(claims).award, generated=NOW))
    yield Reader("elmo", damage.of_xml(transcript), lambda data: type(elmo.from_bytes(data)).__name__)
    yield _json("elm-document", layers.small_elm(issued), elm.from_document)
    yield _json("open-badge-document", json.loads(issued.files["open-badge"]), open_badge.from_document)
    yield _json("clr-document", json.loads(issued.files["clr"]), comprehensive_learner_record.from_document)
    yield _json("sd-jwt-claims", claims, sd_jwt_vc.from_claims)
    find = sources(offline=True, published=[issued.issuer.folder]).find_method
    badge = json.loads(issued.files["open-badge"])
    del badge["proof"]
    key = issued.issuer.proof_signer
    token = vc_jwt.sign(json.dumps(badge).encode(), key).encode()
    yield Reader(
        "vc-jwt",
        layers.token(token, key),
        lambda data: vc_jwt.verify(data, find_method=find, allowed_algorithms=ALGORITHMS, now=LATER).findings[0].code,
    )
    yield Reader(
        "jades",
        layers.sealed_elm(issued),
        lambda data: jades.verify(data, allowed_algorithms=ALGORITHMS, time_stamp_anchors=(), now=NOW).level,
    )
    key = signer.generate("P-256", key_id="did:key:x#y")
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
    changed = layers.resealed(der, leaf.tbs_certificate_bytes, root_key)

    def judged(data: bytes) -> str:
        return certificate_path.judge_chain((data, root_der), anchors=anchors, at=NOW).findings[0].code

    yield Reader("certificate", changed, judged)
    path = (der, root_der)
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(NOW)
    revoked = builder.next_update(NOW + timedelta(days=7)).sign(root_key, hashes.SHA256())
    crl = layers.resealed(revoked.public_bytes(Encoding.DER), revoked.tbs_certlist_bytes, root_key)
    yield Reader("crl", crl, lambda data: certificate_revocation.judge(path, crls=[data], at=NOW).code)
    response = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf, issuer=root, algorithm=hashes.SHA1(), cert_status=ocsp.OCSPCertStatus.GOOD, this_update=NOW,
        next_update=NOW + timedelta(days=1), revocation_time=None, revocation_reason=None,
    )  # fmt: skip
    signed = response.responder_id(ocsp.OCSPResponderEncoding.HASH, root).sign(root_key, hashes.SHA256())
    answer = signed.public_bytes(Encoding.DER)
    read_answer = damage.of_bytes(answer)
    yield Reader(
        "ocsp", read_answer, lambda data: certificate_revocation.judge(path, ocsp_responses=[data], at=NOW).code
    )
    listed = damage.of_xml(_LIST.encode())
    yield Reader("trusted-list", listed, lambda data: trusted_list_content.read(parse_list(data)).territory)


def _certificate(name: str, key: Any, issuing_key: Any, issuer: str, *, ca: bool) -> x509.Certificate:
    subject, parent = (x509.Name.from_rfc4514_string(f"CN={one}") for one in (name, issuer))
    builder = x509.CertificateBuilder(parent, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=99))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return builder.sign(issuing_key, hashes.SHA256())


def _json(name: str, value: Any, read: Callable[[Any], object]) -> Reader:
    def from_bytes(data: bytes) -> str:
        return type(read(strict_json.loads_object(data))).__name__

    return Reader(name, damage.of_json(json.dumps(value, default=str).encode()), from_bytes)


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
