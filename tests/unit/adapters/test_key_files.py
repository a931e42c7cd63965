"""Keys and seals in files: what is written can be read again by its owner only, and every refusal has its code."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from credenza.adapters import key_files
from credenza.errors import Conflict, CredenzaError, MalformedInput, Refused, Unreachable
from credenza.keys import signer as signers

PASSPHRASE = "correct horse"


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
def test_a_saved_key_signs_as_before(tmp_path: Path, kind: str) -> None:
    signer = signers.generate(kind, key_id="k")
    path = tmp_path / "key.pem"
    key_files.save_key(signer, path, passphrase=PASSPHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in path.read_bytes()
    loaded = key_files.load_key(path, passphrase=PASSPHRASE, key_id="k")
    assert signer.public_key.verify(loaded.sign(b"m"), b"m", algorithm=loaded.algorithm)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    key_files.save_key(signers.generate("P-256", key_id="k"), path, passphrase=None)
    before = path.read_bytes()
    with pytest.raises(Conflict) as caught:
        key_files.save_key(signers.generate("P-256", key_id="k"), path, passphrase=None)
    assert caught.value.code == "key-file-exists"
    assert path.read_bytes() == before


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key file with a passphrase."""
    path = tmp_path / "key.pem"
    key_files.save_key(signers.generate("P-256", key_id="k"), path, passphrase=PASSPHRASE)
    return path


@pytest.mark.parametrize(
    ("passphrase", "kind", "code"),
    [("battery staple", MalformedInput, "key-passphrase-wrong"), (None, Refused, "key-passphrase-missing")],
)
def test_a_wrong_or_missing_passphrase_is_named_and_not_shown(
    key_file: Path, passphrase: str | None, kind: type[CredenzaError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        key_files.load_key(key_file, passphrase=passphrase, key_id="k")
    assert caught.value.code == code
    assert PASSPHRASE not in str(caught.value)
    assert "battery staple" not in str(caught.value)


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        key_files.save_key(signers.generate("P-256", key_id="k"), tmp_path / "k", passphrase="")
    assert caught.value.code == "key-passphrase-missing"
    assert not (tmp_path / "k").exists()


def test_a_key_that_others_can_read_is_refused(key_file: Path) -> None:
    key_file.chmod(0o644)
    with pytest.raises(Refused) as caught:
        key_files.load_key(key_file, passphrase=PASSPHRASE, key_id="k")
    assert caught.value.code == "key-file-exposed"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "key-file-malformed"),
        (b"hello", "key-file-malformed"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key-file-malformed"),
        (b"0" * (key_files.MAXIMUM_BYTES + 1), "key-file-too-large"),
    ],
)
def test_what_is_no_key_file_is_malformed(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(MalformedInput) as caught:
        key_files.load_key(path, passphrase=None, key_id="k")
    assert caught.value.code == code


def test_a_missing_file_and_a_folder_are_unreachable(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none", "key-file-missing"), (tmp_path, "key-file-unreadable")):
        with pytest.raises(Unreachable) as caught:
            key_files.load_key(path, passphrase=None, key_id="k")
        assert caught.value.code == code


def _pkcs12(path: Path, signer: Any, passphrase: str) -> Path:
    certificates = [x509.load_der_x509_certificate(der) for der in signer.certificate_chain]
    encryption = BestAvailableEncryption(passphrase.encode())
    data = pkcs12.serialize_key_and_certificates(
        b"seal", signer.private_key, certificates[0], certificates[:0:-1], encryption
    )
    path.write_bytes(data)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_a_seal_comes_with_its_chain_leaf_first(tmp_path: Path, sealing_authority: Any, kind: str) -> None:
    made = sealing_authority.seal(kind)
    loaded = key_files.load_seal(_pkcs12(tmp_path / "seal.p12", made, PASSPHRASE), passphrase=PASSPHRASE)
    assert loaded.certificate_chain == made.certificate_chain
    assert made.public_key.verify(loaded.sign(b"m"), b"m", algorithm=loaded.algorithm)


def test_a_seal_with_a_wrong_passphrase_or_damage_is_refused(tmp_path: Path, sealing_authority: Any) -> None:
    path = _pkcs12(tmp_path / "seal.p12", sealing_authority.seal("P-256"), PASSPHRASE)
    for passphrase in ("wrong", None):
        with pytest.raises(MalformedInput) as caught:
            key_files.load_seal(path, passphrase=passphrase)
        assert caught.value.code == "key-passphrase-wrong"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(MalformedInput) as caught:
        key_files.load_seal(path, passphrase=PASSPHRASE)
    assert caught.value.code == "key-passphrase-wrong"


def test_a_key_file_takes_its_certificates_only_if_they_are_its_own(tmp_path: Path, sealing_authority: Any) -> None:
    made, stranger = sealing_authority.seal("P-256"), sealing_authority.seal("P-256")
    key_files.save_key(made, tmp_path / "key.pem", passphrase=PASSPHRASE)
    for name, chain in (("own.pem", made.certificate_chain), ("other.pem", stranger.certificate_chain)):
        pem = b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in chain)
        (tmp_path / name).write_bytes(pem)
    loaded = key_files.load_key(
        tmp_path / "key.pem", passphrase=PASSPHRASE, key_id="k", certificates=tmp_path / "own.pem"
    )
    assert loaded.certificate_chain == made.certificate_chain
    with pytest.raises(MalformedInput) as caught:
        key_files.load_key(tmp_path / "key.pem", passphrase=PASSPHRASE, key_id="k", certificates=tmp_path / "other.pem")
    assert caught.value.code == "seal-incomplete"


def test_a_file_of_certificates_that_is_none_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(MalformedInput) as caught:
        key_files.load_certificates(tmp_path / "c.pem")
    assert caught.value.code == "certificate-malformed"
