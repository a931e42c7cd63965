"""A university whose seal lives on a token (SoftHSM2, a real PKCS #11 driver): issued, verified, and never without its PIN."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import NameOID

DRIVERS = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
DRIVER = next((item for item in DRIVERS if Path(item).is_file()), None)
PIN = "918273"
pytestmark = pytest.mark.skipif(
    DRIVER is None or shutil.which("softhsm2-util") is None, reason="SoftHSM2 is not installed on this machine"
)
_MAKE = """
import sys, pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
driver, pin, certificate = sys.argv[1:]
with pkcs11.lib(driver).get_token(token_label="seals").open(rw=True, user_pin=pin) as session:
    if certificate == "-":
        parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        domain = session.create_domain_parameters(KeyType.EC, parameters, local=True)
        public, _ = domain.generate_keypair(store=True, label="university", id=b"1")
        print(encode_ec_public_key(public).hex())
    else:
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.TOKEN: True, Attribute.LABEL: "university", Attribute.ID: b"1",
            Attribute.SUBJECT: b"", Attribute.VALUE: bytes.fromhex(certificate),
        })
"""


@pytest.fixture
def token(tmp_path):
    """A token with a key made on it and its certificate; the environment in which its driver finds it."""
    pytest.importorskip("pkcs11", reason="the extra credenza[hsm] is not installed")
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    environment = {**os.environ, "SOFTHSM2_CONF": str(settings)}

    def run(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    import sys

    run("softhsm2-util", "--init-token", "--free", "--label", "seals", "--pin", PIN, "--so-pin", "12345678")
    public = load_der_public_key(bytes.fromhex(run(sys.executable, "-c", _MAKE, DRIVER, PIN, "-").strip()))
    certificate = _certificate(public)
    run(sys.executable, "-c", _MAKE, DRIVER, PIN, certificate.public_bytes(Encoding.DER).hex())
    anchor = tmp_path / "seal.pem"
    anchor.write_bytes(certificate.public_bytes(Encoding.PEM))
    return environment, anchor


def _certificate(public):
    authority, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    values = {
        NameOID.COUNTRY_NAME: "IE",
        NameOID.ORGANIZATION_NAME: "Example University of Cork",
        NameOID.ORGANIZATION_IDENTIFIER: "VATIE-0000000X",
        NameOID.COMMON_NAME: "Seal on a token",
    }
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in values.items()])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of this test")])
    builder = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9)).sign(
        authority, hashes.SHA256()
    )  # fmt: skip


def test_a_class_list_is_sealed_by_a_token_in_two_processes_and_verifies(issuer, token):
    environment, anchor = token
    uri = f"pkcs11:token=seals;object=university?module-path={DRIVER}"
    told = json.loads(issuer.run("keys", "seal", issuer.folder, uri, "--json", code=2, env=environment))
    assert told["error"] == "seal-pin-missing"
    with_pin = {**environment, "CREDENZA_PIN": PIN}
    issuer.run("keys", "seal", issuer.folder, uri, env=with_pin)
    assert PIN not in (issuer.folder / "settings.toml").read_text("utf-8")
    definition = issuer.folder / "micro-credential.toml"
    where = ("--definition", definition, "--issuer", issuer.folder, "--out", issuer.out, "--page", "batch")
    for workers in (1, 2):
        formats = ("elm", "elm,sd-jwt-vc")[workers - 1]
        more = ("--format", formats, "--workers", workers)
        issuer.run("issue", issuer.list, *where, *more, env=with_pin)
    for name in ("elm", "sd-jwt-vc"):
        for file in issuer.files(name):
            report = issuer.verify(file, "--offline", "--published", issuer.folder, "--anchors", anchor)
            assert {one["name"]: one["code"] for one in report["checks"]}["issuer"] == "issuer-trusted"
            assert report["verdict"] == "verified"


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:token=seals;object=university",
        "pkcs11:token=seals;token=other;object=university?module-path=/x",
        "pkcs11:token=seals;object=university?module-path=/x&pin-value=918273",
        "pkcs11:nonsense",
    ],
)
def test_an_address_of_a_key_that_is_malformed_or_holds_the_pin_is_refused(issuer, uri):
    env = {**os.environ, "CREDENZA_PIN": PIN}
    told = json.loads(issuer.run("keys", "seal", issuer.folder, uri, "--json", code=2, env=env))
    assert told["error"] == "seal-uri-malformed"
