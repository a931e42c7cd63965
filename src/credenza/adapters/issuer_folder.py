"""An issuer's folder: organisation, keys, ledger, and the ``public`` files that its web address must serve."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from credenza.adapters import test_seal
from credenza.adapters.issuer_seal import open_seal
from credenza.adapters.key_files import load_key, save_key
from credenza.errors import Conflict, MalformedInput
from credenza.keys import Signer, signer
from credenza.record import Identifier, IdentifierKind, Media, Organisation
from credenza.record.authoring import read_organisation
from credenza.trust import did, did_document, jwt_issuer
from credenza.trust.certificates import holder_of

SETTINGS, ORGANISATION, LEDGER, PUBLIC = "settings.toml", "organisation.toml", "ledger.sqlite", "public"
TEST_AUTHORITY = "test-seal-authority.pem"
_SEAL, _PROOF_KEY, _SEAL_PASSWORD = "keys/seal.p12", "keys/proof-1.pem", "keys/seal-password"
_MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
_SEAL_YEARS = 2
_LARGEST_LOGO = 200_000


@dataclass(frozen=True)
class Issuer:
    """An issuer ready to sign: its organisation, its key for Data Integrity and its seal for everything else."""

    folder: Path
    organisation: Organisation
    base_url: str
    proof_signer: Signer
    seal: Signer
    test_seal: bool

    @property
    def public(self) -> Path:
        return self.folder / PUBLIC


def create(folder: Path, *, organisation_toml: str, base_url: str, passphrase: str | None, now: datetime) -> Issuer:
    """Make a new issuer's folder with keys, a DID document and a test seal; nothing that is there is overwritten.

    Raises:
        Conflict: ``issuer-exists``. MalformedInput: ``address-invalid``, ``organisation-invalid``, and those of keys.
    """
    if (folder / SETTINGS).exists():
        raise Conflict("issuer-exists", f"{folder} already holds an issuer; nothing was changed.")
    base_url = _checked(base_url)
    organisation = read_organisation(tomllib.loads(organisation_toml))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keys").mkdir(mode=0o700, exist_ok=True)
    (folder / ORGANISATION).write_text(organisation_toml, "utf-8")
    key_id = f"{organisation.id}#proof-1"
    save_key(signer.generate("Ed25519", key_id=key_id), folder / _PROOF_KEY, passphrase=passphrase)
    _make_test_seal(folder, organisation, base_url, passphrase, now)
    settings = [
        "# How this issuer signs. Replace the test seal by a qualified one: credenza keys seal FOLDER FILE.p12",
        f"base_url = {json.dumps(base_url)}",
        f"seal = {json.dumps(_SEAL)}",
        "test_seal = true",
        "",
        "[[proof_keys]]",
        f"file = {json.dumps(_PROOF_KEY)}",
        'id = "proof-1"',
        "",
    ]
    (folder / SETTINGS).write_text("\n".join(settings), "utf-8")
    issuer = load(folder, passphrase=passphrase)
    publish_keys(issuer)
    return issuer


def load(folder: Path, *, passphrase: str | None) -> Issuer:
    """Open an issuer's folder; the newest proof key signs.

    Raises:
        MalformedInput: ``issuer-missing``, ``settings-invalid``, ``organisation-invalid``, and those of key files.
    """
    settings = _read_toml(folder / SETTINGS)
    organisation_data = _read_toml(folder / ORGANISATION)
    organisation = read_organisation(organisation_data, logo=_logo(folder, organisation_data))
    try:
        base_url, named_seal = _checked(settings["base_url"]), str(settings["seal"])
        newest = settings["proof_keys"][-1]
        key_file, key_id = folder / newest["file"], f"{organisation.id}#{newest['id']}"
    except (KeyError, IndexError, TypeError) as error:
        raise MalformedInput("settings-invalid", f"{folder / SETTINGS} lacks {error}.") from error
    proof_signer = load_key(key_file, passphrase=passphrase, key_id=key_id)
    seal = open_seal(folder, named_seal, passphrase=passphrase)
    named = _named_by(seal, organisation)
    return Issuer(folder, named, base_url, proof_signer, seal, bool(settings.get("test_seal", False)))


def declared(folder: Path) -> Organisation:
    """The organisation as its file has it, without what a seal's certificate adds.

    Raises:
        MalformedInput: ``issuer-missing``, ``settings-invalid``, ``organisation-invalid``.
    """
    return read_organisation(_read_toml(folder / ORGANISATION))


def rotate(folder: Path, *, passphrase: str | None, now: datetime) -> Issuer:
    """Add a new proof key that signs from now on; the old one stays published, so what it signed still verifies."""
    settings_file = folder / SETTINGS
    number = len(_read_toml(settings_file)["proof_keys"]) + 1
    issuer = load(folder, passphrase=passphrase)
    file, identifier = f"keys/proof-{number}.pem", f"proof-{number}"
    new = signer.generate("Ed25519", key_id=f"{issuer.organisation.id}#{identifier}")
    save_key(new, folder / file, passphrase=passphrase)
    added = f"\n[[proof_keys]]\nfile = {json.dumps(file)}\nid = {json.dumps(identifier)}\nsince = {now.isoformat()}\n"
    with settings_file.open("a", encoding="utf-8") as out:
        out.write(added)
    issuer = load(folder, passphrase=passphrase)
    publish_keys(issuer, passphrase=passphrase)
    return issuer


def publish_keys(issuer: Issuer, *, passphrase: str | None = None) -> None:
    """Write the DID document and the JWT issuer's metadata with every key, old and new, into ``public``."""
    keys = []
    for entry in _read_toml(issuer.folder / SETTINGS)["proof_keys"]:
        key_id = f"{issuer.organisation.id}#{entry['id']}"
        opened = (
            issuer.proof_signer
            if key_id == issuer.proof_signer.key_id
            else load_key(issuer.folder / entry["file"], passphrase=passphrase, key_id=key_id)
        )
        keys.append(did_document.PublishedKey(entry["id"], opened.public_key))
    if issuer.organisation.id.startswith("did:web:"):
        document = did_document.build(issuer.organisation.id, keys)
        path = urlsplit(did.document_url(issuer.organisation.id)).path.lstrip("/")
        _write(issuer.public / path, json.dumps(document, indent=2))
    seal_key = issuer.seal.public_key
    metadata = jwt_issuer.build(issuer.base_url, [(seal_key.thumbprint, seal_key)])
    path = urlsplit(jwt_issuer.metadata_url(issuer.base_url)).path.lstrip("/")
    _write(issuer.public / path, json.dumps(metadata, indent=2))


def _named_by(seal: Signer, organisation: Organisation) -> Organisation:
    """The organisation with the identifier that its seal's certificate gives it (eIDAS), as Europass demands."""
    number = holder_of(seal.certificate_chain[0]).organization_identifier
    if number is None or organisation.identifier(IdentifierKind.EIDAS) is not None:
        return organisation
    eidas = Identifier(kind=IdentifierKind.EIDAS, value=number, country=organisation.country)
    return organisation.model_copy(update={"identifiers": (eidas, *organisation.identifiers)})


def _make_test_seal(
    folder: Path, organisation: Organisation, base_url: str, passphrase: str | None, now: datetime
) -> None:
    eidas, vat = organisation.identifier(IdentifierKind.EIDAS), organisation.identifier(IdentifierKind.VAT)
    country = organisation.country.notation if organisation.country else "XX"
    number = (
        eidas.value if eidas else f"VAT{country}-{vat.value.removeprefix(country)}" if vat else f"NTR{country}-TEST"
    )
    made = test_seal.make(
        organization=organisation.legal_name.best("en"),
        organization_identifier=number,
        country=country,
        valid_from=now - timedelta(minutes=5),
        valid_until=now + timedelta(days=365 * _SEAL_YEARS),
        uri=base_url,
    )
    password = passphrase or "test-seal"
    seal_file = folder / _SEAL
    seal_file.write_bytes(made.to_pkcs12(password))
    seal_file.chmod(0o600)
    if passphrase is None:
        _write(folder / _SEAL_PASSWORD, password)
        (folder / _SEAL_PASSWORD).chmod(0o600)
    _write(folder / PUBLIC / TEST_AUTHORITY, made.authority_pem.decode())


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise MalformedInput(
            "address-invalid", f"{base_url[:80]!r} is not a web address such as https://credentials.uni.eu."
        )
    return base_url.rstrip("/")


def _logo(folder: Path, data: dict[str, Any]) -> Media | None:
    name = data.get("logo")
    if name is None:
        return None
    file = folder / str(name)
    media_type = _MEDIA_TYPES.get(file.suffix.lower())
    if media_type is None or not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
        raise MalformedInput("logo-unreadable", f"The logo {name!r} is not a PNG, JPEG or SVG file in {folder}.")
    content = file.read_bytes()
    if len(content) > _LARGEST_LOGO:
        raise MalformedInput("logo-too-large", f"The logo is larger than {_LARGEST_LOGO // 1000} kB.")
    return Media.of(content, media_type)


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        message = f"{file} cannot be read: is this an issuer's folder (made by credenza init)?"
        raise MalformedInput("issuer-missing", message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MalformedInput("settings-invalid", f"{file} is not readable: {error}.") from error


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
