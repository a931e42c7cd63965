"""A university gets a seal from a trust service that a made-up trusted list names, and an employer sees the difference."""

from __future__ import annotations

import base64
import functools
import http.server
import importlib.util
import json
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from credenza.encoding import base64url
from credenza.trust import qualified_statements

NAME = "OID.2.5.4.97=VATIE-0000000X,O=Example University of Cork,CN=Seal of the university,C=IE"
CRL = "https://credentials.example.org/ca/seals.crl"
QUALIFIED = bytes.fromhex("3008060604008e4601013008060604008e4601043013060604008e4601063009060704008e46010602")
PASSWORD = "the trust service's password"


def _makers(name="trust/conftest.py"):
    """The made-up authorities and lists of the unit tests."""
    file = Path(__file__).resolve().parents[1] / "unit" / name
    spec = importlib.util.spec_from_file_location("made_trust", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TrustService:
    """A provider of seals, the operator of the list that names it, and the EU's list of lists, served on loopback."""

    def __init__(self, folder, url):
        made = _makers()
        self.folder, self.url = folder, url
        self.root = made.Authority("CN=Seal authority (TEST)", usage=("key_cert_sign", "crl_sign"))
        self.lotl, self.operator = made.TrustedListMaker("LOTL"), made.TrustedListMaker("IE")
        self.time_stampers = ()
        self.publish()
        self.signers = folder / "signers.pem"
        self.signers.write_bytes(x509.load_der_x509_certificate(self.lotl.der).public_bytes(Encoding.PEM))

    def publish(self, **service):
        pointers = self.operator.pointer(f"{self.url}/ie.xml", "IE", [self.operator.der])
        lotl = self.lotl.list(kind="EUlistofthelists", territory="EU", pointers=pointers)
        (self.folder / "lotl.xml").write_bytes(lotl)
        services = self.operator.service([self.root.der], **service)
        services += self.operator.service(list(self.time_stampers), kind="TSA/QTST", additional=())
        national = self.operator.list(services=services, territory="IE")
        (self.folder / "ie.xml").write_bytes(national)

    def seal(self, subject=NAME):
        key = ec.generate_private_key(ec.SECP256R1())
        statements = b"\x30" + bytes([len(QUALIFIED)]) + QUALIFIED
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(CRL)], None, None, None)
        name = x509.Name.from_rfc4514_string(subject.replace("OID.", ""))
        statement = x509.UnrecognizedExtension(x509.ObjectIdentifier(qualified_statements.EXTENSION), statements)
        extensions = [(statement, False), (x509.CRLDistributionPoints([point]), False)]
        self.der = self.root.issue(name, key=key, extensions=extensions)
        data = pkcs12.serialize_key_and_certificates(
            b"seal", key, x509.load_der_x509_certificate(self.der), [x509.load_der_x509_certificate(self.root.der)],
            BestAvailableEncryption(PASSWORD.encode()),
        )  # fmt: skip
        file = self.folder.parent / "seal.p12"
        file.write_bytes(data)
        file.chmod(0o600)
        return file

    def revocations(self, public, *revoked, when=None):
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.name)
        builder = builder.last_update(now).next_update(now + timedelta(days=7))
        for der in revoked:
            serial = x509.load_der_x509_certificate(der).serial_number
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when or now)
            builder = builder.add_revoked_certificate(entry.build())
        (public / "ca").mkdir(exist_ok=True)
        made = builder.sign(self.root.key, hashes.SHA256())
        (public / "ca" / "seals.crl").write_bytes(made.public_bytes(Encoding.DER))


@pytest.fixture
def service(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    handler = functools.partial(_Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield TrustService(folder, f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path):
        return "application/xml"

    def log_message(self, *arguments):
        pass


@pytest.fixture
def sealed(issuer, service):
    """One European Digital Credential with the trust service's seal, and what an employer needs to check it."""
    issuer.environment = {**os.environ, "XDG_CACHE_HOME": str(issuer.folder.parent / "cache")}
    with_password = {**issuer.environment, "CREDENZA_SEAL_PASSWORD": PASSWORD}
    told = json.loads(issuer.run("keys", "seal", issuer.folder, service.seal(), "--json", env=with_password))
    assert told == {"seal_of": "Example University of Cork", "number": "VATIE-0000000X", "test": False}
    issuer.list.write_text("Given name,Family name,Date of birth\nAna,Díaz,1999-01-01\n", "utf-8")
    issuer.issue("elm,sd-jwt-vc")
    service.revocations(issuer.folder / "public")
    return issuer


@pytest.fixture
def check(sealed, service):
    def check(*more, code=0, name="elm"):
        options = ("--trusted-lists", f"{service.url}/lotl.xml", "--list-signers", service.signers)
        where = ("--published", sealed.folder, *options, *more, "--json")
        # the issuer's own addresses stand in its folder, and nothing else may be asked
        report = json.loads(sealed.run("verify", sealed.files(name)[0], *where, code=code, env=sealed.environment))
        issuer = next(one for one in report["checks"] if one["name"] == "issuer")
        return report["verdict"], issuer["outcome"], issuer["code"]

    return check


@pytest.mark.parametrize("name", ["elm", "sd-jwt-vc"])
def test_a_qualified_seal_is_told_and_needs_no_other_anchor(check, name):
    assert check(name=name) == ("verified", "passed", "seal-qualified")


def test_a_provider_that_lost_its_right_is_told(check, service):
    service.publish(status="withdrawn")
    assert check() == ("partially_verified", "warning", "seal-service-withdrawn")


def test_a_revoked_seal_fails(check, service, sealed):
    service.revocations(sealed.folder / "public", service.der)
    assert check(code=1) == ("failed", "failed", "certificate-revoked")


def test_without_an_answer_about_revocation_the_seal_is_not_confirmed(check, sealed):
    (sealed.folder / "public" / "ca" / "seals.crl").unlink()
    unknown = ("partially_verified", "not_checked", "certificate-revocation-not-checked")
    assert check() == unknown
    assert check("--offline") == unknown


def _kept(file, **values):
    """Add validation data to a seal, as anybody may (JAdES B-LT)."""
    envelope = json.loads(file.read_text("utf-8"))
    entries = [base64url.encode(json.dumps({name: value}).encode()) for name, value in values.items()]
    envelope["signatures"][0].setdefault("header", {})["etsiU"] = entries
    file.write_text(json.dumps(envelope, ensure_ascii=False), "utf-8")


def test_answers_kept_in_the_seal_make_asking_needless(check, sealed):
    crl = sealed.folder / "public" / "ca" / "seals.crl"
    value = base64.b64encode(crl.read_bytes()).decode()
    crl.unlink()
    _kept(sealed.files("elm")[0], rVals={"crlVals": [{"val": value}]})
    assert check() == ("verified", "passed", "seal-qualified")


def test_a_revocation_kept_in_the_seal_counts_and_damage_there_hides_nothing(check, service, sealed):
    public, file = sealed.folder / "public", sealed.files("elm")[0]
    service.revocations(public, service.der)
    value = base64.b64encode((public / "ca" / "seals.crl").read_bytes()).decode()
    junk = {"xVals": [{"x509Cert": {"val": "AAAA"}}]}
    _kept(file, rVals={"crlVals": [{"val": value}]}, **junk)
    (public / "ca" / "seals.crl").unlink()
    assert check(code=1) == ("failed", "failed", "certificate-revoked")
    _kept(file, rVals={"crlVals": "no list"}, **junk)
    service.revocations(public, service.der)
    assert check(code=1) == ("failed", "failed", "certificate-revoked")


def test_lists_that_were_fetched_serve_for_a_day_without_a_network(check, service):
    check()
    for file in service.folder.glob("*.xml"):
        file.unlink()
    assert check("--offline") == ("verified", "passed", "seal-qualified")


def test_a_list_signed_by_a_stranger_confirms_nobody(check, service):
    service.lotl = _makers().TrustedListMaker("LOTL")
    service.publish()
    assert check()[1:] == ("not_checked", "certificate-no-anchors")


def test_a_list_needs_to_be_told_who_may_sign_it(sealed, service):
    told = sealed.json("verify", sealed.files("elm")[0], "--trusted-lists", f"{service.url}/lotl.xml", code=2)
    assert told["error"] == "trusted-lists-signers-missing"


def test_a_seal_of_somebody_else_is_not_taken(issuer, service):
    file = service.seal(NAME.replace("0000000X", "7777777Y").replace("Cork", "Limerick"))
    before = (issuer.folder / "settings.toml").read_bytes()
    env = {**os.environ, "CREDENZA_SEAL_PASSWORD": PASSWORD}
    told = json.loads(issuer.run("keys", "seal", issuer.folder, file, "--json", code=2, env=env))
    assert told["error"] == "issuer-certificate-mismatch"
    assert (issuer.folder / "settings.toml").read_bytes() == before


def test_a_wrong_password_changes_nothing(issuer, service):
    env = {**os.environ, "CREDENZA_SEAL_PASSWORD": "wrong"}
    told = json.loads(issuer.run("keys", "seal", issuer.folder, service.seal(), "--json", code=2, env=env))
    assert told["error"] == "key-passphrase-wrong"
    assert issuer.issue("elm")["issued"] == 3


@pytest.fixture
def stamping(tmp_path, service):
    """A time-stamping authority (OpenSSL's) over HTTP, which the made-up trusted list names."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is not installed on this machine")
    made = _makers("conftest.py")
    authority = made.TimeStampAuthority(tmp_path / "tsa", made.Authority("Root of the time stamps"))
    service.time_stampers = (authority.certificate.public_bytes(Encoding.DER),)
    service.publish()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = authority.answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_a_seal_with_a_time_stamp_outlives_the_revocation_of_its_certificate(sealed, check, service, stamping):
    out = sealed.folder.parent / "stamped"
    where = ("--definition", sealed.folder / "micro-credential.toml", "--issuer", sealed.folder, "--out", out)
    sealed.list.write_text("Given name,Family name,Date of birth\nBo,Ek,1998-01-01\n", "utf-8")
    sealed.run("issue", sealed.list, *where, "--format", "elm", "--page", "batch", "--time-stamp", stamping)
    later = datetime.now(UTC) + timedelta(minutes=1)
    service.revocations(sealed.folder / "public", service.der, when=later)
    at = ("--at", f"{later + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}")
    assert check(*at, code=1) == ("failed", "failed", "certificate-revoked")
    (sealed.out / "elm").rename(sealed.out / "elm-unstamped")
    (out / "elm").rename(sealed.out / "elm")
    assert check(*at) == ("verified", "passed", "seal-qualified")


def test_a_time_stamp_of_nobody_in_particular_proves_no_time(sealed, check, service, stamping):
    service.time_stampers = ()
    service.publish()
    out = sealed.folder.parent / "stamped"
    where = ("--definition", sealed.folder / "micro-credential.toml", "--issuer", sealed.folder, "--out", out)
    sealed.list.write_text("Given name,Family name,Date of birth\nBo,Ek,1998-01-01\n", "utf-8")
    sealed.run("issue", sealed.list, *where, "--format", "elm", "--page", "batch", "--time-stamp", stamping)
    (sealed.out / "elm").rename(sealed.out / "elm-unstamped")
    (out / "elm").rename(sealed.out / "elm")
    assert check()[0] == "partially_verified"
    service.revocations(sealed.folder / "public", service.der)
    assert check(code=1) == ("failed", "failed", "certificate-revoked")
