"""Real servers on this machine, for what fetches over HTTP."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server.owner
        server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = server.answers.get(self.path)
        if callable(answer):
            answer(self)
            return
        status, headers, content = answer or (404, {}, b"")
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Fetchers that hang up are what these tests are about."""


class WebServer:
    """``answers`` maps a path to (status, headers, content) or to a function of the request handler."""

    def __init__(self, context=None):
        self.answers = {}
        self.requests = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self.port = self._server.server_address[1]
        self.scheme = "http"
        if context is not None:
            self.scheme = "https"
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def json(self, path, content, **headers):
        self.answers[path] = (200, {"Content-Type": "application/json", **headers}, content)
        return self.url(path)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web_server():
    """A plain HTTP server on this machine."""
    server = WebServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def _certified(tmp_path_factory):
    """A key with a certificate for localhost by a made-up authority, in files."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=localhost")
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return pem, private


@pytest.fixture
def secure_server(_certified):
    """An HTTPS server on this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certified)
    server = WebServer(context)
    yield server
    server.close()


@pytest.fixture
def trusting_context(_certified):
    """A client's TLS settings that trust the made-up authority."""
    return ssl.create_default_context(cafile=str(_certified[0]))
