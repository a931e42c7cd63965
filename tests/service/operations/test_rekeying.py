"""Changing the key-encryption key: afterwards the new key alone reads everything, and nobody else reads anything."""

import base64
from dataclasses import replace

import pytest
from django.apps import apps

from credenza.errors import Refused
from credenza.service import encryption
from credenza.service.environment import read
from credenza.service.exchange import vc_instances
from credenza.service.issuance import keys
from credenza.service.operations.rekeying import SECRETS, refuse_unreadable, rekey

NEW, OTHER = bytes(range(32)), bytes(range(1, 33))


def changed(settings, new: bytes, former: bytes | None):
    settings.CREDENZA = replace(settings.CREDENZA, key_encryption_key=new, former_key_encryption_key=former)
    keys._opened.cache_clear()


def test_all_secrets_are_read_by_the_new_key_alone_afterwards(organisation, settings):
    instance = vc_instances.add_instance(organisation, "own-key", "eddsa-rdfc-2022", key_kind="Ed25519", actor="test")
    before = keys.sealing_keys(organisation).proof.public_key.to_jwk()
    did = vc_instances.identity_of(instance).id
    changed(settings, NEW, settings.CREDENZA.key_encryption_key)
    assert keys.sealing_keys(organisation).proof.public_key.to_jwk() == before, "both keys read while keys are changed"
    assert rekey() == 3
    changed(settings, NEW, None)
    instance.refresh_from_db()
    assert keys.sealing_keys(organisation).proof.public_key.to_jwk() == before
    assert vc_instances.identity_of(instance).id == did
    assert rekey() == 3


def test_where_neither_key_reads_a_secret_nothing_is_changed(organisation, settings):
    stored = {key.pk: bytes(key.encrypted_key) for key in organisation.signing_keys.all()}
    right = settings.CREDENZA.key_encryption_key
    changed(settings, NEW, OTHER)
    with pytest.raises(Refused) as refused:
        rekey()
    assert refused.value.code == "secret-unreadable"
    changed(settings, right, None)
    assert {key.pk: bytes(key.encrypted_key) for key in organisation.signing_keys.all()} == stored


def test_nothing_starts_with_a_key_that_does_not_read_what_is_stored(organisation, settings):
    right = settings.CREDENZA.key_encryption_key
    refuse_unreadable()
    changed(settings, NEW, OTHER)
    with pytest.raises(Refused, match="CREDENZA_KEY_ENCRYPTION_KEY"):
        refuse_unreadable()
    changed(settings, NEW, right)
    refuse_unreadable()


def test_every_encrypted_field_of_the_service_is_among_those_that_are_rekeyed():
    ours = [model for model in apps.get_models() if model.__module__.startswith("credenza.")]
    encrypted = {(model, field.name) for model in ours for field in model._meta.fields if "encrypted" in field.name}
    assert encrypted == {(model, field) for model, field, _ in SECRETS}


def test_a_secret_of_another_purpose_is_not_read_by_either_key(settings):
    sealed = encryption.encrypt(b"secret", purpose="signing-key:1")
    changed(settings, NEW, settings.CREDENZA.key_encryption_key)
    assert encryption.decrypt(sealed, purpose="signing-key:1") == b"secret"
    with pytest.raises(Refused):
        encryption.decrypt(sealed, purpose="signing-key:2")


def test_a_former_key_that_is_not_32_bytes_is_refused_at_start_up():
    with pytest.raises(Refused):
        read({"CREDENZA_MODE": "test", "CREDENZA_FORMER_KEY_ENCRYPTION_KEY": base64.b64encode(b"short").decode()})


@pytest.mark.django_db
def test_second_factors_lie_encrypted_and_are_read_after_a_change_of_keys(settings, make_user):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

    user, secret = make_user("ana@example.org"), "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).generate_codes()
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    old = settings.CREDENZA
    settings.CREDENZA = replace(old, key_encryption_key=bytes(32), former_key_encryption_key=old.key_encryption_key)
    assert rekey() >= 2
    settings.CREDENZA = replace(old, key_encryption_key=bytes(32), former_key_encryption_key=None)
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert TOTP(kept).validate_code(code)
    again = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    assert RecoveryCodes(again).generate_codes() == codes
