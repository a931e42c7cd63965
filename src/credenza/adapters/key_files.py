"""Keys on disk: PKCS #8 files with a passphrase, and seals in PKCS #12 files as certificate authorities deliver them.

A key file is readable by its owner only, is written whole or not at all, and is never overwritten. No passphrase
appears in an error.

Codes raised: ``key-file-missing``, ``key-file-unreadable``, ``key-file-exposed``, ``key-file-exists``,
``key-file-too-large``, ``key-passphrase-wrong``, ``key-passphrase-missing``, ``key-file-malformed``, and
``seal-incomplete``, ``key-unsupported``, ``key-too-weak`` of ``credenza.keys``.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from credenza.errors import Conflict, MalformedInput, Refused, Unreachable
from credenza.keys import SoftwareSigner
from credenza.keys import public as public_keys
from credenza.keys import signer as signers

MAXIMUM_BYTES = 1024 * 1024
OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def save_key(signer: SoftwareSigner, path: Path, *, passphrase: str | None) -> None:
    """Write a private key as PKCS #8 in PEM, encrypted where a passphrase is given, readable by the owner only.

    Raises:
        Conflict: ``key-file-exists``. Refused: ``key-passphrase-missing`` for an empty passphrase.
        Unreachable: ``key-file-unreadable`` where the folder cannot be written.
    """
    if passphrase == "":
        raise Refused("key-passphrase-missing", "An empty passphrase protects nothing.")
    write_private(path, signer.to_pkcs8(passphrase))


def load_key(path: Path, *, passphrase: str | None, key_id: str, certificates: Path | None = None) -> SoftwareSigner:
    """A private key file (PKCS #8, PEM) to a signer, with its certificate chain (PEM, the key's own first) if given.

    Raises:
        MalformedInput, Refused, Unreachable: see the module.
    """
    pem = _read_private(path)
    if passphrase is None and b"ENCRYPTED" in pem:
        raise Refused("key-passphrase-missing", f"The key file {path.name} needs its passphrase.")
    try:
        signer = signers.from_pkcs8(pem, password=passphrase, key_id=key_id)
    except MalformedInput as error:
        raise _translated(error, path) from error
    return signer if certificates is None else _with_chain(signer, certificates)


def load_seal(path: Path, *, passphrase: str | None, key_id: str | None = None) -> SoftwareSigner:
    """A seal (PKCS #12, ``.p12`` or ``.pfx``) to a signer with its certificate chain, leaf first.

    Raises:
        MalformedInput, Refused, Unreachable: see the module.
    """
    data = _read_private(path)
    try:
        return signers.from_pkcs12(data, password=passphrase, key_id=key_id)
    except MalformedInput as error:
        raise _translated(error, path) from error


def load_certificates(path: Path) -> tuple[bytes, ...]:
    """The certificates of a PEM file (or one in DER), each in DER, in the file's order.

    Raises:
        MalformedInput: ``certificate-malformed``. Unreachable: ``key-file-missing``, ``key-file-unreadable``.
    """
    data = _read(path)
    try:
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
    except ValueError as error:
        raise MalformedInput("certificate-malformed", f"The file {path.name} holds no readable certificate.") from error
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def _with_chain(signer: SoftwareSigner, certificates: Path) -> SoftwareSigner:
    chain = load_certificates(certificates)
    if public_keys.from_certificate(chain[0]) != signer.public_key:
        raise MalformedInput("seal-incomplete", f"The first certificate of {certificates.name} is not this key's.")
    return SoftwareSigner(signer.private_key, signer.key_id, chain)


def _read_private(path: Path) -> bytes:
    data = _read(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        reason = f"Other people on this machine can read {path.name}; allow its owner only (chmod 600)."
        raise Refused("key-file-exposed", reason)
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAXIMUM_BYTES + 1)
    except FileNotFoundError as error:
        raise Unreachable("key-file-missing", f"There is no file {path.name}.") from error
    except OSError as error:
        raise Unreachable("key-file-unreadable", f"The file {path.name} cannot be read.") from error
    if len(data) > MAXIMUM_BYTES:
        raise MalformedInput("key-file-too-large", f"The file {path.name} is larger than any key.")
    return data


def write_private(path: Path, data: bytes) -> None:
    """A new file that its owner alone may read, whole or not at all.

    Raises:
        Conflict: ``key-file-exists``. Unreachable: ``key-file-unreadable``.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError as error:
        raise Conflict("key-file-exists", f"The file {path.name} is there already; no key is overwritten.") from error
    except OSError as error:
        raise Unreachable("key-file-unreadable", f"The file {path.name} cannot be written.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unreachable("key-file-unreadable", f"The file {path.name} cannot be written.") from error


def _translated(error: MalformedInput, path: Path) -> MalformedInput:
    if error.code == "key-password":
        reason = f"The passphrase does not open {path.name}, or the file is damaged."
        return MalformedInput("key-passphrase-wrong", reason)
    if error.code == "key-malformed":
        return MalformedInput("key-file-malformed", f"The file {path.name} is not a key file, or is damaged.")
    return error
