"""The keys and seals of an organisation: made, imported, rotated, and opened to sign; private keys lie encrypted."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.db.models import UUIDField
from django.utils import timezone

from credenza.adapters import test_seal, transfer_certificate
from credenza.adapters.time_stamp_client import TimeStampClient
from credenza.errors import Conflict, Refused
from credenza.issuing.sealing import SealingKeys
from credenza.keys import SoftwareSigner, signer
from credenza.record import Identifier, IdentifierKind
from credenza.record import Organisation as OrganisationRecord
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Organisation, User
from credenza.service.issuance.models import KeyPurpose, SigningKey
from credenza.service.prepared import Prepared, Slot
from credenza.trust.certificates import TEST_MARK, from_pem, holder_of

TEST_SEAL = "test-seal"
MADE_HERE = (KeyPurpose.PROOF.value, TEST_SEAL, KeyPurpose.EMREX.value, KeyPurpose.EWP.value)
"""The kinds of keys that this site makes; a real seal is imported."""
LARGEST_SEAL = 1_000_000
_TEST_SEAL_DAYS = 730
_TRANSFER_KEY_DAYS = 5 * 365
_NOT_RETIRED = Prepared(
    lambda: SigningKey.objects.filter(organisation=Slot("organisation", UUIDField()), retired_at=None).order_by(
        "created_at"
    )
)


def make(organisation: Organisation, kind: str, *, actor: User | str) -> SigningKey:
    """A new key of a kind: ``proof``, ``emrex``, ``ewp``, or a ``test-seal``; it signs from now on."""
    if kind == TEST_SEAL:
        return create_test_seal(organisation, actor=actor)
    if kind == KeyPurpose.PROOF:
        return create_proof_key(organisation, actor=actor)
    return create_transfer_key(organisation, KeyPurpose(kind), actor=actor)


def create_proof_key(organisation: Organisation, *, actor: User | str) -> SigningKey:
    """A new Ed25519 key that signs from now on; the one before stays published for what it signed."""
    made = signer.generate("Ed25519", key_id="new")
    return _keep(organisation, KeyPurpose.PROOF, made, made_here=True, actor=actor)


def create_test_seal(organisation: Organisation, *, actor: User | str) -> SigningKey:
    """A test seal, marked in its own certificate as not qualified."""
    record, now = organisation.as_record, timezone.now()
    made = test_seal.make(
        organization=record.legal_name.best("en"),
        organization_identifier=_registered_number(record),
        country=record.country.notation if record.country else "XX",
        valid_from=now - timedelta(minutes=5),
        valid_until=now + timedelta(days=_TEST_SEAL_DAYS),
        uri=organisation.base_url,
    )
    return _keep(organisation, KeyPurpose.SEAL, made.signer(), made_here=True, actor=actor)


def import_seal(organisation: Organisation, pkcs12: bytes, password: str, *, actor: User | str) -> SigningKey:
    """A seal from a PKCS #12 file, as a trust service provider delivers it.

    Test seals sign nothing more from now on: else one would, unnoticed, when this one ends.

    Raises:
        MalformedInput: ``key-password``, ``key-malformed``, ``seal-incomplete``. Refused: ``seal-expired``,
            ``seal-not-yet-valid``, ``seal-key-unsuitable`` (RSA and P-256 keys seal; others are not taken by wallets).
        Conflict: ``seal-present``.
    """
    made = signer.from_pkcs12(pkcs12, password=password or None)
    leaf = x509.load_der_x509_certificate(made.certificate_chain[0])
    if leaf.not_valid_after_utc <= timezone.now():
        raise Refused("seal-expired", f"The certificate of this seal ended on {leaf.not_valid_after_utc:%Y-%m-%d}.")
    if leaf.not_valid_before_utc > timezone.now():
        raise Refused(
            "seal-not-yet-valid", f"The certificate of this seal begins on {leaf.not_valid_before_utc:%Y-%m-%d}."
        )
    if made.algorithm not in ("ES256", "RS256"):
        raise Refused("seal-key-unsuitable", "A seal needs a P-256 or RSA key.")
    with transaction.atomic():
        lock(organisation)
        if organisation.signing_keys.filter(public_jwk=made.public_key.to_jwk(), purpose=KeyPurpose.SEAL).exists():
            raise Conflict("seal-present", "This seal is here already.")
        imported = _keep(organisation, KeyPurpose.SEAL, made, made_here=False, actor=actor)
        if not imported.is_test:
            for seal in organisation.signing_keys.filter(is_test=True, retired_at=None):
                retire(seal, actor=actor)
        return imported


def transfer_key(organisation: Organisation, purpose: KeyPurpose, *, actor: User | str) -> SigningKey:
    """The RSA key for EMREX or Erasmus Without Paper; made when it is first needed."""
    with transaction.atomic():
        lock(organisation)
        return current(organisation, purpose) or create_transfer_key(organisation, purpose, actor=actor)


def create_transfer_key(organisation: Organisation, purpose: KeyPurpose, *, actor: User | str) -> SigningKey:
    """A new RSA key for EMREX or Erasmus Without Paper; it signs from now on, so the registry must know it first."""
    record, now = organisation.as_record, timezone.now()
    made = transfer_certificate.make(
        organization=record.legal_name.best("en"),
        country=record.country.notation if record.country else "XX",
        purpose=purpose.value.upper(),
        valid_from=now - timedelta(minutes=5),
        valid_until=now + timedelta(days=_TRANSFER_KEY_DAYS),
    )
    return _keep(organisation, purpose, made, made_here=True, actor=actor)


def retire(key: SigningKey, *, actor: User | str) -> None:
    """The key signs nothing more.

    Raises:
        Conflict: ``key-retired`` already, ``key-last``: nothing would be left to sign with.
    """
    with transaction.atomic():
        lock(key.organisation)
        key.refresh_from_db()
        if key.retired_at is not None:
            raise Conflict("key-retired", "This key is retired already.")
        if current(key.organisation, KeyPurpose(key.purpose), but=key) is None:
            raise Conflict("key-last", "Make or import a new key before you retire the last one.")
        key.retired_at = timezone.now()
        key.save(update_fields=["retired_at"])
        audit.record(key.organisation, "key.retired", actor=actor, subject=key.id, fragment=key.fragment)


def current(organisation: Organisation, purpose: KeyPurpose, *, but: SigningKey | None = None) -> SigningKey | None:
    """The key that signs: the newest of its purpose that is neither retired nor expired."""
    keys = organisation.signing_keys.filter(purpose=purpose, retired_at=None).order_by("-created_at")
    usable = (key for key in keys if key != but and (key.valid_until is None or key.valid_until > timezone.now()))
    return next(usable, None)


def in_force(organisation: Organisation) -> dict[str, SigningKey]:
    """The key of each purpose that signs now, asked for at once."""
    now, found = timezone.now(), {}
    for key in _NOT_RETIRED.all(organisation=organisation.pk):
        key.organisation = organisation
        if key.valid_until is None or key.valid_until > now:
            found[key.purpose] = key
    return found


def sealing_keys(organisation: Organisation, found: dict[str, SigningKey] | None = None) -> SealingKeys:
    """What seals the organisation's credentials now; ``found`` are its keys in force, where they are at hand.

    Raises:
        Refused: ``key-missing`` where the organisation has no key or no seal that is in force.
    """
    from django.conf import settings

    found = in_force(organisation) if found is None else found
    proof, seal = found.get(KeyPurpose.PROOF), found.get(KeyPurpose.SEAL)
    if proof is None or seal is None:
        raise Refused("key-missing", "The organisation has no key or no valid seal to sign with (Keys and seals).")
    url = settings.CREDENZA.time_stamp_url
    return SealingKeys(
        proof=open_key(proof),
        seal=open_key(seal),
        token_issuer=organisation.base_url,
        request_time_stamp=TimeStampClient(url) if url else None,
    )


def open_key(key: SigningKey) -> SoftwareSigner:
    """The private key, ready to sign."""
    did = key.organisation.record["id"]
    return _opened(bytes(key.encrypted_key), str(key.id), key.purpose, f"{did}#{key.fragment}", key.certificates)


def sealed_record(organisation: Organisation, found: dict[str, SigningKey] | None = None) -> OrganisationRecord:
    """The organisation as its credentials name it: with the identifier that its seal's certificate gives it (eIDAS)."""
    record, seal = organisation.as_record, (found or in_force(organisation)).get(KeyPurpose.SEAL)
    if seal is None or record.identifier(IdentifierKind.EIDAS) is not None:
        return record
    number = holder_of(from_pem(seal.certificates.encode())[0]).organization_identifier
    if number is None:
        return record
    eidas = Identifier(kind=IdentifierKind.EIDAS, value=number, country=record.country)
    return record.model_copy(update={"identifiers": (eidas, *record.identifiers)})


@lru_cache(maxsize=256)
def _opened(encrypted: bytes, key_id: str, purpose: str, method_id: str, certificates: str) -> SoftwareSigner:
    pem = encryption.decrypt(encrypted, purpose=f"signing-key:{key_id}")
    chain = tuple(from_pem(certificates.encode())) if certificates else ()
    name = method_id
    if purpose == KeyPurpose.SEAL:
        name = signer.from_pkcs8(pem, password=None, key_id="seal").public_key.thumbprint
    opened = signer.from_pkcs8(pem, password=None, key_id=name)
    return SoftwareSigner(opened.private_key, name, chain)


def _keep(
    organisation: Organisation, purpose: KeyPurpose, made: SoftwareSigner, *, made_here: bool, actor: User | str
) -> SigningKey:
    chain = [x509.load_der_x509_certificate(der) for der in made.certificate_chain]
    ends: datetime | None = chain[0].not_valid_after_utc if chain else None
    key = SigningKey(
        organisation=organisation,
        purpose=purpose,
        public_jwk=made.public_key.to_jwk(),
        certificates=b"".join(one.public_bytes(Encoding.PEM) for one in chain).decode(),
        is_test=bool(chain) and TEST_MARK in chain[0].subject.rfc4514_string(),
        made_here=made_here,
        valid_until=ends,
    )
    key.encrypted_key = encryption.encrypt(made.to_pkcs8(None), purpose=f"signing-key:{key.id}")
    with transaction.atomic():
        lock(organisation)
        key.fragment = f"{purpose.value}-{organisation.signing_keys.filter(purpose=purpose).count() + 1}"
        key.save()
        about = {"fragment": key.fragment, "purpose": purpose.value}
        audit.record(organisation, "key.created", actor=actor, subject=key.id, **about)
    return key


def _registered_number(record: OrganisationRecord) -> str:
    country = record.country.notation if record.country else "XX"
    eidas, vat = record.identifier(IdentifierKind.EIDAS), record.identifier(IdentifierKind.VAT)
    if eidas is not None:
        return eidas.value
    return f"VAT{country}-{vat.value.removeprefix(country)}" if vat else f"NTR{country}-TEST"
