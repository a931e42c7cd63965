"""Keys on tokens, tried on SoftHSM2: a real PKCS #11 driver with its token in a folder of the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from credenza.adapters.pkcs11_signer import Pkcs11Signer, open_signer
from credenza.errors import CredenzaError, MalformedInput, Refused, Unreachable
from credenza.proof import jades

DRIVERS = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
DRIVER = next((Path(item) for item in DRIVERS if Path(item).is_file()), None)
PIN = "918273"
TOKEN = "credenza-test"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

pytest.importorskip("pkcs11", reason="the extra credenza[hsm] is not installed")
pytestmark = pytest.mark.skipif(
    DRIVER is None or shutil.which("softhsm2-util") is None, reason="SoftHSM2 is not installed on this machine"
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A new token with a key of each kind."""
    import pkcs11

    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "12345678"]
    subprocess.run(command, check=True, capture_output=True)
    token = pkcs11.lib(str(DRIVER)).get_token(token_label=TOKEN)
    with token.open(rw=True, user_pin=PIN) as opened:
        _make_keys(opened)
    return token


def _make_keys(opened: Any) -> None:
    from pkcs11 import Attribute, KeyType, Mechanism
    from pkcs11.util.ec import encode_named_curve_parameters

    for number, (label, curve) in enumerate((("p256", "secp256r1"), ("p384", "secp384r1"), ("twin", "secp256r1"))):
        parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
        domain = opened.create_domain_parameters(KeyType.EC, parameters, local=True)
        domain.generate_keypair(store=True, label=label, id=bytes([number]))
    domain = opened.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
    )
    domain.generate_keypair(store=True, label="twin", id=b"\x09")
    opened.generate_keypair(KeyType.RSA, 2048, store=True, label="rsa", id=b"\x05")
    edwards = {Attribute.EC_PARAMS: bytes.fromhex("06032b6570")}
    domain = opened.create_domain_parameters(KeyType.EC_EDWARDS, edwards, local=True)
    domain.generate_keypair(mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="ed25519", id=b"\x06")


def _open(label: str, **options: Any) -> Pkcs11Signer:
    assert DRIVER is not None
    return open_signer(DRIVER, **{"token_label": TOKEN, "pin": PIN, "key_label": label, "key_id": "kid", **options})


def _certificate(public_key: Any) -> bytes:
    authority = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test seal, not qualified")])
    builder = x509.CertificateBuilder(name, name, public_key, x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(authority, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("label", "algorithm"), [("p256", "ES256"), ("p384", "ES384"), ("rsa", "RS256"), ("ed25519", "EdDSA")]
)
def test_a_key_on_a_token_signs_what_its_public_key_verifies(token: Any, label: str, algorithm: str) -> None:
    with _open(label) as signer:
        assert signer.algorithm == algorithm
        signature = signer.sign(b"a micro-credential")
        assert signer.public_key.verify(signature, b"a micro-credential", algorithm=algorithm)
        assert not signer.public_key.verify(signature, b"a micro-credentiaL", algorithm=algorithm)


def test_a_seal_on_a_token_makes_a_jades_signature_with_the_tokens_own_certificate(token: Any) -> None:
    from pkcs11 import Attribute, CertificateType, ObjectClass

    with _open("p256") as bare:
        assert bare.certificate_chain == ()
        der = _certificate(bare.public_key.crypto)
    parsed = x509.load_der_x509_certificate(der)
    stored = {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
        Attribute.TOKEN: True,
        Attribute.LABEL: "p256",
        Attribute.ID: b"\x00",
        Attribute.SUBJECT: parsed.subject.public_bytes(),
        Attribute.VALUE: der,
    }
    with token.open(rw=True, user_pin=PIN) as opened:
        opened.create_object(stored)
    with _open("p256") as signer:
        assert signer.certificate_chain == (der,)
        sealed = jades.sign(b'{"a":1}', signer, signing_time=NOW)
    assert jades.verify(sealed, allowed_algorithms=("ES256",), time_stamp_anchors=(), now=NOW).verified


def test_a_certificate_of_another_key_is_refused(token: Any) -> None:
    stranger = _certificate(ec.generate_private_key(ec.SECP256R1()).public_key())
    with pytest.raises(MalformedInput) as caught:
        _open("p384", certificate_chain=(stranger,))
    assert caught.value.code == "hsm-certificate-wrong"


@pytest.mark.parametrize(
    ("label", "options", "kind", "code"),
    [
        ("p256", {"pin": "000000"}, Refused, "hsm-pin-wrong"),
        ("p256", {"token_label": "no such token"}, Unreachable, "hsm-token-missing"),
        ("no such key", {}, MalformedInput, "hsm-key-missing"),
        ("twin", {}, MalformedInput, "hsm-key-ambiguous"),
    ],
)
def test_what_cannot_be_opened_says_why(
    token: Any, label: str, options: dict[str, Any], kind: type[CredenzaError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        _open(label, **options)
    assert caught.value.code == code


def test_a_driver_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as caught:
        open_signer(tmp_path / "driver.so", token_label=TOKEN, pin=PIN, key_label="p256", key_id="kid")
    assert caught.value.code == "hsm-library-unreadable"


def test_the_pin_is_in_no_representation_and_no_error(token: Any) -> None:
    with _open("p256") as signer:
        assert PIN not in repr(signer)
        assert PIN not in repr(vars(signer))
    with pytest.raises(Refused) as caught:
        _open("p256", pin="55551234")
    assert "55551234" not in str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)


def test_a_closed_signer_signs_nothing(token: Any) -> None:
    signer = _open("p256")
    signer.close()
    signer.close()
    with pytest.raises(Unreachable) as caught:
        signer.sign(b"late")
    assert caught.value.code == "hsm-closed"


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pkcs11", None)
    with pytest.raises(Refused, match=r"credenza\[hsm\]") as caught:
        open_signer(Path("driver.so"), token_label=TOKEN, pin=PIN, key_label="p256", key_id="kid")
    assert caught.value.code == "hsm-support-missing"


def test_a_token_is_opened_once_in_a_process_and_says_so(token: Any) -> None:
    with _open("p256") as signer:
        with pytest.raises(Unreachable) as caught:
            _open("p384")
        assert caught.value.code == "hsm-token-in-use"
        assert signer.public_key.verify(signer.sign(b"still open"), b"still open", algorithm="ES256")
