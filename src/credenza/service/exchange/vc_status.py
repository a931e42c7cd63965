"""The register of what an instance sealed, and its signed status lists.

Fulfils ``ports.vc_api.CredentialRegister``. A place is random and given once; a list is half full at most.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credenza.errors import Conflict, MalformedInput
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof.data_integrity import add_proof
from credenza.service.accounts import audit
from credenza.service.exchange import vc_instances
from credenza.service.exchange.models import VcCredential, VcInstance, VcStatusList
from credenza.status import bitstring

PURPOSES = {bitstring.REVOCATION: "revoked_at", bitstring.SUSPENSION: "suspended_at"}
VALID_FOR, REFRESH_AFTER, TIME_TO_LIVE = timedelta(days=7), timedelta(days=1), timedelta(minutes=5)
_FILL = bitstring.MINIMUM_ENTRIES // 2
_SUITES = {"Ed25519": "eddsa-rdfc-2022", "P-256": "ecdsa-rdfc-2019", "P-384": "ecdsa-rdfc-2019"}
_PATH = re.compile(
    r"/vc/(?P<name>[-a-z0-9]+)/status/(?P<purpose>revocation|suspension)-(?P<number>0|[1-9][0-9]{0,4})\Z"
)


class Register:
    """What one instance sealed."""

    def __init__(self, instance: VcInstance, *, actor: str) -> None:
        self._instance, self._actor = instance, actor

    def reserve(self, credential_id: str) -> list[bitstring.BitstringEntry]:
        """A place of one number in the list of each purpose that the instance has.

        Raises:
            MalformedInput: ``credential-id-too-long``. Conflict: ``credential-exists``.
        """
        if len(credential_id) > 500:
            raise MalformedInput("credential-id-too-long", "The id of a credential has at most 500 characters.")
        with transaction.atomic():
            instance = VcInstance.objects.select_for_update(no_key=True).get(pk=self._instance.pk)
            if instance.credentials.filter(handle=credential_id).exists():
                raise Conflict("credential-exists", "A credential of that id was issued before.")
            number = (
                instance.first_list + instance.credentials.filter(list_number__gte=instance.first_list).count() // _FILL
            )
            taken = set(instance.credentials.filter(list_number=number).values_list("list_index", flat=True))
            index = next(one for one in iter(_random_index, None) if one not in taken)
            instance.credentials.create(handle=credential_id, list_number=number, list_index=index)
        return [
            bitstring.BitstringEntry(list_url(instance, purpose, number), index, purpose)
            for purpose in instance.purposes.split()
        ]

    def release(self, credential_id: str) -> None:
        """Forget a credential that could not be sealed: nobody has seen its places."""
        self._instance.credentials.filter(handle=credential_id).delete()

    def set_status(self, credential_id: str, purpose: str, value: bool) -> None:
        """Set or take back a status; what is revoked stays so.

        Raises:
            MalformedInput: ``credential-unknown``, ``status-purpose-unknown``. Conflict: ``credential-revoked``.
        """
        if purpose not in self._instance.purposes.split():
            raise MalformedInput(
                "status-purpose-unknown", f"Only {self._instance.purposes} is kept of credentials of here."
            )
        with transaction.atomic():
            VcInstance.objects.select_for_update(no_key=True).get(pk=self._instance.pk)
            found = (
                VcCredential.objects.select_for_update(no_key=True)
                .filter(instance=self._instance, handle=credential_id)
                .first()
            )
            if found is None:
                raise MalformedInput("credential-unknown", "No such credential was issued here.")
            if found.revoked_at is not None and not (purpose == bitstring.REVOCATION and value):
                raise Conflict("credential-revoked", "A revoked credential stays revoked.")
            if (getattr(found, PURPOSES[purpose]) is not None) == value:
                return
            setattr(found, PURPOSES[purpose], timezone.now() if value else None)
            found.save(update_fields=[PURPOSES[purpose]])
            VcStatusList.objects.filter(instance=self._instance, purpose=purpose, number=found.list_number).delete()
            action = f"vc-credential.{purpose}-{'set' if value else 'taken-back'}"
            audit.record(self._instance.organisation, action, actor=self._actor, subject=found.pk)


def list_url(instance: VcInstance, purpose: str, number: int) -> str:
    """The address of a list, always https: it stands in credentials for ever."""
    return f"{settings.CREDENZA.public_base}/vc/{instance.name}/status/{purpose}-{number}"


def published_at(path: str) -> VcStatusList | None:
    """The signed list at a path of this site, signed anew where it is out of date; None where there is none."""
    found = _PATH.match(path)
    instance = VcInstance.objects.filter(name=found["name"]).select_related("organisation").first() if found else None
    if found is None or instance is None or found["purpose"] not in instance.purposes.split():
        return None
    purpose, number = found["purpose"], int(found["number"])
    stored = instance.status_lists.filter(purpose=purpose, number=number).first()
    if stored is not None and timezone.now() - stored.signed_at < REFRESH_AFTER:
        return stored
    if number and not instance.credentials.filter(list_number=number).exists():
        return None
    return _signed(instance, purpose, number)


def _signed(instance: VcInstance, purpose: str, number: int) -> VcStatusList:
    """Sign under the lock that every change of a status takes too, so that no change is missed."""
    with transaction.atomic():
        VcInstance.objects.select_for_update(no_key=True).get(pk=instance.pk)
        marked = instance.credentials.filter(list_number=number).exclude(**{PURPOSES[purpose]: None})
        indexes = marked.values_list("list_index", flat=True)
        data = _sealed_list(instance, purpose, number, list(indexes))
        values = {"data": data, "etag": hashlib.sha256(data).hexdigest()[:32], "signed_at": timezone.now()}
        made, _ = VcStatusList.objects.update_or_create(
            instance=instance, purpose=purpose, number=number, defaults=values
        )
    return made


def _sealed_list(instance: VcInstance, purpose: str, number: int, indexes: list[int]) -> bytes:
    identity, now = vc_instances.identity_of(instance), timezone.now()
    statuses = bitstring.new_statuses()
    statuses.update(indexes, 1)
    document = bitstring.list_credential(
        statuses,
        url=list_url(instance, purpose, number),
        issuer=identity.id,
        purpose=purpose,
        valid_from=now,
        valid_until=now + VALID_FOR,
        time_to_live=TIME_TO_LIVE,
    )
    sealed = add_proof(
        document,
        identity.signer,
        cryptosuite=_SUITES[identity.signer.public_key.kind],
        verification_method=identity.signer.key_id,
        proof_purpose=ASSERTION_METHOD,
        created=now,
    )
    return json.dumps(sealed, ensure_ascii=False).encode()


def _random_index() -> int:
    return secrets.randbelow(bitstring.MINIMUM_ENTRIES)
