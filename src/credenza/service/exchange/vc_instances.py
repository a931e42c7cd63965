"""Issuer instances of the VC API: made by operators, opened to sign."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from credenza.errors import Conflict, MalformedInput, Refused
from credenza.exchange.vc_api.instance import VC_JWT
from credenza.keys import Signer, SoftwareSigner, signer
from credenza.proof.data_integrity.cryptosuites import CRYPTOSUITES, DATA_INTEGRITY_PROOF
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.exchange.models import VcInstance
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose
from credenza.status import bitstring
from credenza.trust import did as dids

DEFAULT_MECHANISM = "eddsa-rdfc-2022"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")


@dataclass(frozen=True)
class Identity:
    """Who an instance is, and the key that signs for it."""

    id: str
    signer: Signer


def add_instance(
    organisation: Organisation,
    name: str,
    mechanism: str,
    *,
    key_kind: str | None,
    actor: User | str,
    with_status: bool = True,
    purposes: Sequence[str] = (bitstring.REVOCATION, bitstring.SUSPENSION),
    open_to_all: bool = False,
) -> VcInstance:
    """A new instance; with a ``key_kind`` (Ed25519, P-256, P-384) it has a key and a did:key of its own.

    Raises:
        MalformedInput: ``instance-invalid``. Refused: ``instance-open`` outside a demonstration,
            ``cryptosuite-key-mismatch``. Conflict: ``instance-exists``.
    """
    if not _NAME.fullmatch(name):
        raise MalformedInput("instance-invalid", "The name must be small letters, digits and hyphens.")
    if open_to_all and not (settings.CREDENZA.demo or settings.CREDENZA.mode == "test"):
        raise Refused("instance-open", "An instance without API keys is only for a demonstration.")
    instance = VcInstance(
        organisation=organisation,
        name=name,
        mechanism=mechanism,
        with_status=with_status,
        purposes=" ".join(purposes),
        open=open_to_all,
    )
    if key_kind is not None:
        made = signer.generate(key_kind, key_id="new")
        instance.encrypted_key = encryption.encrypt(made.to_pkcs8(None), purpose=_purpose(instance))
    _refuse_mismatch(mechanism, identity_of(instance).signer.public_key.kind)
    try:
        with transaction.atomic():
            instance.save(force_insert=True)
            audit.record(organisation, "vc-instance.created", actor=actor, subject=instance.id, mechanism=mechanism)
    except IntegrityError as error:
        raise Conflict("instance-exists", f"There is an instance of the name {name!r} already.") from error
    return instance


def instance_of(organisation: Organisation) -> VcInstance:
    """The instance by which an organisation issues as itself; made when it is first needed."""
    name = f"o-{uuid.UUID(str(organisation.id)).hex}"
    found, _ = VcInstance.objects.get_or_create(
        name=name, defaults={"organisation": organisation, "mechanism": DEFAULT_MECHANISM}
    )
    return found


def identity_of(instance: VcInstance) -> Identity:
    """The instance's id and its key.

    Raises:
        Refused: ``key-missing`` where the organisation has no proof key in force.
    """
    if instance.encrypted_key is not None:
        return _own_identity(encryption.decrypt(instance.encrypted_key, purpose=_purpose(instance)))
    key = keys.current(instance.organisation, KeyPurpose.PROOF)
    if key is None:
        raise Refused("key-missing", "The organisation has no key to sign with (Keys and seals).")
    return Identity(instance.organisation.record["id"], keys.open_key(key))


def one_time_signer() -> Signer:
    """A P-256 key for one credential of ecdsa-sd-2023."""
    return signer.generate("P-256", key_id="once")


def new_id() -> str:
    """An id for a credential that has none."""
    return f"urn:uuid:{uuid.uuid4()}"


random_bytes = secrets.token_bytes


def _own_identity(pem: bytes) -> Identity:
    bare = signer.from_pkcs8(pem, password=None, key_id="own")
    did = dids.from_public_key(bare.public_key)
    named = SoftwareSigner(bare.private_key, f"{did}#{did.removeprefix('did:key:')}")
    return Identity(did, named)


def _refuse_mismatch(mechanism: str, kind: str) -> None:
    suite = CRYPTOSUITES.get(mechanism)
    if mechanism != VC_JWT and (suite is None or suite.proof_type != DATA_INTEGRITY_PROOF):
        raise MalformedInput("instance-invalid", f"{mechanism!r} is not a mechanism that seals are made by here.")
    if suite is not None and kind not in suite.digests:
        raise Refused("cryptosuite-key-mismatch", f"A {kind} key cannot make a seal of the kind {mechanism}.")


def _purpose(instance: VcInstance) -> str:
    return f"vc-instance:{instance.id}"
