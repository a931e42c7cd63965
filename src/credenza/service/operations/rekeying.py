"""A new key-encryption key: every secret at rest is read under the former key and written under the new one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Model

from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.models import AuditHead
from credenza.service.accounts.sign_in import SecondFactorAdapter
from credenza.service.api.models import WebhookEndpoint
from credenza.service.exchange.models import VcInstance
from credenza.service.issuance.models import SigningKey

SECRETS: tuple[tuple[type[Model], str, str], ...] = (
    (SigningKey, "encrypted_key", "signing-key"),
    (VcInstance, "encrypted_key", "vc-instance"),
    (WebhookEndpoint, "encrypted_secret", "webhook"),
    (WebhookEndpoint, "encrypted_former_secret", "webhook"),
)
"""Where secrets lie: the model, its field, and what their purpose begins with (the id follows)."""

_FACTOR_SECRETS = {"secret", "seed"}


def rekey() -> int:
    """Encrypt all that is kept under the key of now (``CREDENZA_KEY_ENCRYPTION_KEY``); how many secrets there are.

    What the key of now or the former one (``CREDENZA_FORMER_KEY_ENCRYPTION_KEY``) reads is written again; it may be
    done twice, and while the service runs.

    Raises:
        Refused: ``secret-unreadable`` where neither key reads a secret; then nothing is changed.
    """
    done = 0
    with transaction.atomic():
        for model, field, purpose in SECRETS:
            for one in model._default_manager.select_for_update(no_key=True).exclude(**{field: None}):
                bound = f"{purpose}:{one.pk}"
                secret = encryption.decrypt(getattr(one, field), purpose=bound)
                setattr(one, field, encryption.encrypt(secret, purpose=bound))
                one.save(update_fields=[field])
                done += 1
        done += _second_factors()
        _mark_trails()
    return done


def _mark_trails() -> None:
    """Mark the last link of each audit trail anew, where it was marked by this service."""
    for head in AuditHead.objects.select_for_update(no_key=True):
        if audit.is_marked(head):
            AuditHead.objects.filter(pk=head.pk).update(mark=audit.mark_of(head))


def refuse_unreadable() -> None:
    """Start with no key that does not read what is stored: the newest signing key is tried.

    Raises:
        Refused: ``secret-unreadable``.
    """
    newest = SigningKey.objects.exclude(encrypted_key=None).order_by("-created_at").first()
    if newest is not None:
        encryption.decrypt(newest.encrypted_key, purpose=f"signing-key:{newest.pk}")


def _second_factors() -> int:
    """The secrets of authenticator apps and recovery codes, which the sign-in library keeps among other data."""
    adapter, done = SecondFactorAdapter(), 0
    for one in Authenticator.objects.select_for_update(no_key=True):
        for name in _FACTOR_SECRETS & set(one.data):
            one.data[name] = adapter.encrypt(adapter.decrypt(one.data[name]))
            one.save(update_fields=["data"])
            done += 1
    return done
