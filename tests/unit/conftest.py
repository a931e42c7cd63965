"""A made public-key infrastructure and a real time-stamping authority (OpenSSL's) on this machine."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from credenza.keys import SoftwareSigner

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2040, 1, 1, tzinfo=UTC)
MAKERS: dict[str, Callable[[], Any]] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}
TSA_CONFIGURATION = """[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = {ess}
"""


class Authority:
    """A certificate authority for tests: it certifies keys, and it is nobody's trust anchor."""

    def __init__(self, name: str, *, parent: Authority | None = None) -> None:
        self.key = MAKERS["P-256"]()
        self.parent = parent
        self.certificate = (parent or self).certify(name, self.key, certifies=True, own_name=None if parent else name)

    def certify(
        self,
        name: str,
        key: Any,
        *,
        certifies: bool = False,
        purpose: x509.ObjectIdentifier | None = None,
        critical: bool = True,
        begin: datetime = BEGIN,
        end: datetime = END,
        own_name: str | None = None,
    ) -> x509.Certificate:
        issuer = _name(own_name) if own_name else self.certificate.subject
        builder = x509.CertificateBuilder(
            issuer, _name(name), key.public_key(), x509.random_serial_number(), begin, end
        )
        builder = builder.add_extension(x509.BasicConstraints(certifies, None), True)
        usage = x509.KeyUsage(not certifies, False, False, False, False, certifies, certifies, False, False)
        builder = builder.add_extension(usage, True)
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical)
        return builder.sign(self.key, hashes.SHA256())

    def seal(self, kind: str, name: str = "Example University, test seal") -> SoftwareSigner:
        key = MAKERS[kind]()
        chain = [self.certify(name, key), self.certificate]
        if self.parent:
            chain.append(self.parent.certificate)
        return SoftwareSigner(key, "seal", tuple(item.public_bytes(serialization.Encoding.DER) for item in chain))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "EE"), x509.NameAttribute(NameOID.COMMON_NAME, text)])


class TimeStampAuthority:
    """OpenSSL's time-stamping authority in a folder; ``answer`` takes a query and gives what it would send."""

    def __init__(self, folder: Path, root: Authority, **options: Any) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.root, self.intermediate = root, Authority("Time stamp authority CA", parent=root)
        key = MAKERS[options.pop("kind", "P-256")]()
        ess = options.pop("ess", "sha256")
        options.setdefault("purpose", ExtendedKeyUsageOID.TIME_STAMPING)
        self.certificate = self.intermediate.certify("Time stamp unit", key, **options)
        pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        (folder / "tsa.pem").write_bytes(self.certificate.public_bytes(pem))
        (folder / "chain.pem").write_bytes(self.intermediate.certificate.public_bytes(pem))
        (folder / "root.pem").write_bytes(root.certificate.public_bytes(pem))
        (folder / "tsa.key").write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(TSA_CONFIGURATION.format(folder=folder, ess=ess))

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply.tsr").read_bytes()

    def token(self, digest: bytes) -> bytes:
        from credenza.proof import time_stamp

        nonce = b"\x01" * 8
        return time_stamp.token_from_response(
            self.answer(time_stamp.request(digest, nonce=nonce)), digest=digest, nonce=nonce
        )


@pytest.fixture(scope="session")
def root() -> Authority:
    """The root of the test infrastructure."""
    return Authority("Test root")


@pytest.fixture(scope="session")
def sealing_authority(root: Authority) -> Authority:
    """An intermediate authority that certifies seals."""
    return Authority("Test seal authority", parent=root)


@pytest.fixture(scope="session")
def make_time_stamp_authority(
    root: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., TimeStampAuthority]:
    """Makes time-stamping authorities that differ in what the test names."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is not installed on this machine")
    return lambda **options: TimeStampAuthority(tmp_path_factory.mktemp("tsa"), root, **options)


@pytest.fixture(scope="session")
def time_stamp_authority(make_time_stamp_authority: Callable[..., TimeStampAuthority]) -> TimeStampAuthority:
    """A sound time-stamping authority."""
    return make_time_stamp_authority()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts an HTTP server on loopback whose answer to a POST is what the given function makes of the body."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[bytes], bytes], *, status: int = 200, **headers: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = answer(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                for name, value in {"content-type": "application/timestamp-reply", **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/tsa"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
