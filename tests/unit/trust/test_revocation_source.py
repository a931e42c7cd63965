"""Asking real servers on this machine whether a certificate was revoked: providers that lie, fail, or answer well."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from credenza.adapters.fetch import GuardedFetch, OfflineFetch
from credenza.adapters.revocation_source import RevocationSource
from credenza.errors import Refused

GOOD, BAD, UNKNOWN = "certificate-not-revoked", "certificate-revoked", "certificate-revocation-not-checked"


class Provider:
    """A certification authority with a web server: its list, and a responder that really reads the question."""

    def __init__(self, authority, now):
        self.root, self.now = authority(usage=("key_cert_sign", "crl_sign")), now
        self.revoked, self.paths, self.broken = [], [], False
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                owner.paths.append(self.path)
                kind, content = owner.answer(self.path)
                self.send_response(200 if content else 500)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, path):
        if self.broken:
            return "text/plain", b""
        if path == "/list.crl":
            return "application/pkix-crl", self.crl()
        return "application/ocsp-response", self.response(base64.b64decode(unquote(path.removeprefix("/ocsp/"))))

    def crl(self):
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.name)
        builder = builder.last_update(self.now).next_update(self.now + timedelta(days=7))
        for serial in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self.now)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def response(self, question):
        asked = ocsp.load_der_ocsp_request(question)
        status = ocsp.OCSPCertStatus.REVOKED if asked.serial_number in self.revoked else ocsp.OCSPCertStatus.GOOD
        root = x509.load_der_x509_certificate(self.root.der)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=status,
            this_update=self.now,
            next_update=self.now + timedelta(days=1),
            revocation_time=self.now if status is ocsp.OCSPCertStatus.REVOKED else None,
            revocation_reason=None,
        )
        made = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, root).sign(self.root.key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.DER)

    def seal(self, *, crl=False, responder=False, key=None):
        uri = x509.UniformResourceIdentifier
        extensions = []
        if crl:
            point = x509.DistributionPoint([uri(f"{self.url}/list.crl")], None, None, None)
            extensions.append((x509.CRLDistributionPoints([point]), False))
        if responder:
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri(f"{self.url}/ocsp"))
            extensions.append((x509.AuthorityInformationAccess([access]), False))
        return self.root.issue(key=key, extensions=extensions)

    def revoke(self, der):
        self.revoked.append(x509.load_der_x509_certificate(der).serial_number)


@pytest.fixture
def provider(authority, now):
    made = Provider(authority, now)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def ask(provider, now):
    def ask(leaf, *, fetch=None, root=None):
        source = RevocationSource(fetch or GuardedFetch(allow_loopback=True))
        return source((leaf, (root or provider.root).der), now).code

    return ask


@pytest.mark.parametrize("way", ["crl", "responder"])
def test_a_revoked_certificate_is_found_out(provider, ask, way):
    leaf = provider.seal(**{way: True})
    assert ask(leaf) == GOOD
    provider.revoke(leaf)
    assert ask(leaf) == BAD


def test_without_a_network_nothing_is_said(provider, ask):
    assert ask(provider.seal(crl=True, responder=True), fetch=OfflineFetch()) == UNKNOWN
    assert provider.paths == []


def test_a_provider_that_does_not_answer_is_never_a_yes(provider, ask):
    provider.broken = True
    assert ask(provider.seal(crl=True, responder=True)) == UNKNOWN
    assert len(provider.paths) == 2


def test_a_certificate_that_names_no_place_to_ask_is_not_checked(provider, ask):
    assert ask(provider.seal()) == UNKNOWN


def test_answers_of_a_stranger_under_the_same_name_say_nothing(provider, ask, authority):
    leaf = provider.seal(crl=True, responder=True)
    genuine, provider.root = provider.root, authority(usage=("key_cert_sign", "crl_sign"))
    assert ask(leaf, root=genuine) == UNKNOWN


def test_the_responder_is_asked_first_and_the_list_only_if_it_fails(provider, ask):
    assert ask(provider.seal(crl=True, responder=True)) == GOOD
    assert [path.startswith("/ocsp/") for path in provider.paths] == [True]


def test_an_address_inside_a_private_network_is_not_visited(provider, ask):
    leaf = provider.seal(crl=True, responder=True)
    assert ask(leaf, fetch=GuardedFetch(plain_http=True)) == UNKNOWN
    assert provider.paths == []


def test_plain_http_is_for_signed_answers_only(provider):
    with pytest.raises(Refused) as error:
        GuardedFetch()("http://example.org/list.crl", accept=("*/*",), maximum_bytes=10)
    assert error.value.code == "fetch-address"


def test_a_whole_batch_asks_once(provider, now):
    leaf = provider.seal(responder=True)
    source = RevocationSource(GuardedFetch(allow_loopback=True))
    assert {source((leaf, provider.root.der), now).code for _ in range(5)} == {GOOD}
    assert len(provider.paths) == 1
