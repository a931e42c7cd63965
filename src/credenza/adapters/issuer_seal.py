"""The seal of an issuer's folder: a PKCS #12 file, or a key that stays on a token, named by a PKCS #11 URI (RFC 7512).

``seal = "pkcs11:token=Seals;object=university?module-path=/usr/lib/softhsm/libsofthsm2.so"``; the PIN comes from the
environment (``CREDENZA_PIN``) or from the file that ``pin-source`` names, and never stands in the settings.

Codes raised: ``seal-uri-malformed``, ``seal-pin-missing``, ``seal-expired``, and those of ``key_files`` and ``pkcs11_signer``.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

from credenza.adapters.key_files import load_seal, write_private
from credenza.adapters.pkcs11_signer import open_signer
from credenza.errors import MalformedInput, Refused
from credenza.keys import Signer, SoftwareSigner
from credenza.trust.certificates import TEST_MARK, holder_of, load

SCHEME = "pkcs11:"
PIN = "CREDENZA_PIN"
_PASSWORD, _SETTINGS = "keys/seal-password", "settings.toml"
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9-]*=[^;&]*\Z")


def open_seal(folder: Path, named: str, *, passphrase: str | None) -> Signer:
    """The seal that the settings name; its password stands in ``keys/seal-password``, or is the issuer's passphrase.

    Raises:
        MalformedInput, Refused, Unreachable: see the module.
    """
    if named.startswith(SCHEME):
        return _on_token(named, os.environ.get(PIN))
    password_file = folder / _PASSWORD
    password = password_file.read_text("utf-8").strip() if password_file.exists() else passphrase
    return load_seal(folder / named, passphrase=password)


def open_source(folder: Path, source: str, *, password: str | None, now: datetime) -> Signer:
    """The seal in a PKCS #12 file or on a token (a PKCS #11 URI), to become an issuer's.

    Raises:
        Refused: ``seal-expired``. MalformedInput, Refused, Unreachable: see the module.
    """
    on_token = source.startswith(SCHEME)
    seal: Signer = (
        open_seal(folder, source, passphrase=None) if on_token else load_seal(Path(source), passphrase=password)
    )
    ends = load(seal.certificate_chain[0]).not_valid_after_utc
    if ends < now:
        raise Refused("seal-expired", f"The certificate of this seal expired on {ends:%Y-%m-%d}.")
    return seal


def use(folder: Path, source: str, seal: Signer, *, password: str | None, passphrase: str | None) -> None:
    """Make an opened seal that of an issuer's folder from now on; the old file stays.

    A file is copied, encrypted anew with the issuer's passphrase; without one, with its own password, kept beside it.
    """
    named = source
    if isinstance(seal, SoftwareSigner):
        named = _copy(seal, folder, passphrase or password)
        (folder / _PASSWORD).unlink(missing_ok=True)
        if passphrase is None and password is not None:
            write_private(folder / _PASSWORD, password.encode())
    is_test = TEST_MARK in (holder_of(seal.certificate_chain[0]).organization or "")
    settings = (folder / _SETTINGS).read_text("utf-8")
    settings = re.sub(r"(?m)^seal = .*$", lambda _: f"seal = {json.dumps(named)}", settings, count=1)
    settings = re.sub(r"(?m)^test_seal = .*$", f"test_seal = {str(is_test).lower()}", settings, count=1)
    (folder / _SETTINGS).write_text(settings, "utf-8")


def _copy(seal: SoftwareSigner, folder: Path, password: str | None) -> str:
    chain = [load(der) for der in seal.certificate_chain]
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    data = pkcs12.serialize_key_and_certificates(b"seal", seal.private_key, chain[0], chain[1:], protection)
    name = f"keys/seal-{chain[0].fingerprint(SHA256()).hex()[:12]}.p12"
    (folder / name).unlink(missing_ok=True)
    write_private(folder / name, data)
    return name


@lru_cache(maxsize=8)
def _on_token(uri: str, pin: str | None) -> Signer:
    """One session for each process: a token is logged in to once."""
    attributes = _attributes(uri)
    source = attributes.get("pin-source", "").removeprefix("file:")
    pin = pin or (Path(source).read_text("utf-8").strip() if source and Path(source).is_file() else None)
    if not pin:
        raise Refused("seal-pin-missing", f"The token of the seal needs its PIN: set {PIN}, or pin-source in the URI.")
    try:
        library, token, key = (attributes[name] for name in ("module-path", "token", "object"))
    except KeyError as error:
        raise MalformedInput("seal-uri-malformed", f"The PKCS #11 URI of the seal lacks {error}.") from error
    signer = open_signer(Path(library), token_label=token, pin=pin, key_label=key, key_id=key)
    if not signer.certificate_chain:
        signer.close()
        raise MalformedInput("seal-incomplete", "The token holds no certificate for the key of the seal.")
    return signer


def _attributes(uri: str) -> dict[str, str]:
    """The path and query attributes of a PKCS #11 URI (RFC 7512 section 2.3); each once."""
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    parts = [part for part in (*path.split(";"), *query.split("&")) if part]
    found = {part.partition("=")[0]: unquote(part.partition("=")[2]) for part in parts if _ATTRIBUTE.match(part)}
    if len(found) != len(parts) or "pin-value" in found:
        raise MalformedInput(
            "seal-uri-malformed",
            "The PKCS #11 URI of the seal is malformed, or has the PIN in it, which belongs elsewhere.",
        )
    return found
