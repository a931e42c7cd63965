"""Secrets at rest: AES-256-GCM under the operator's key-encryption key, bound to what each is for; and marks under that key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from credenza.errors import Refused

_NONCE = 12


def encrypt(secret: bytes, *, purpose: str) -> bytes:
    """The secret, encrypted; it can be read again only for the same purpose (an id of where it is kept)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(settings.CREDENZA.key_encryption_key).encrypt(nonce, secret, purpose.encode())


def decrypt(data: bytes, *, purpose: str) -> bytes:
    """The secret, encrypted under the key of now or, while keys are changed, the one before it.

    Raises:
        Refused: ``secret-unreadable``: another key-encryption key, another purpose, or damaged.
    """
    data = bytes(data)
    for key in (settings.CREDENZA.key_encryption_key, settings.CREDENZA.former_key_encryption_key):
        try:
            if key is not None:
                return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], purpose.encode())
        except InvalidTag:
            continue
    raise Refused("secret-unreadable", "A stored secret cannot be read with this CREDENZA_KEY_ENCRYPTION_KEY.")


def mark(text: str, *, purpose: str) -> str:
    """What shows that this service wrote a text (HMAC-SHA-256 in hexadecimal): the database's owner cannot make it."""
    return _mark(settings.CREDENZA.key_encryption_key, text, purpose)


def is_marked(text: str, given: str, *, purpose: str) -> bool:
    """Whether the mark is of this text, under the key of now or, while keys are changed, the one before it."""
    keys = (settings.CREDENZA.key_encryption_key, settings.CREDENZA.former_key_encryption_key)
    return any(hmac.compare_digest(_mark(key, text, purpose), given) for key in keys if key is not None)


def _mark(key: bytes, text: str, purpose: str) -> str:
    own = hmac.digest(key, f"mark:{purpose}".encode(), "sha256")
    return hmac.digest(own, text.encode(), "sha256").hex()


def new_secret() -> str:
    """A random secret for a link or a key (192 bits, URL-safe)."""
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hexadecimal. Secrets have 192 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
