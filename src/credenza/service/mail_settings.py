"""A mail server from one setting: ``smtp://user:password@host:port``, ``smtps:``, ``smtp+starttls:``; a folder for a demo."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from credenza.errors import Refused

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def mail(url: str) -> dict[str, Any]:
    """Django's mail settings.

    Raises:
        Refused: ``settings-unsafe`` for an address of any other kind.
    """
    if url.startswith("file:"):
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": url.removeprefix("file:")}
    parts, port = urlsplit(url), None
    try:
        port = parts.port
        understood = parts.scheme in _PORTS and bool(parts.hostname)
    except ValueError:
        understood = False
    if not understood:
        raise Refused(
            "settings-unsafe", "CREDENZA_MAIL_URL must be like smtp+starttls://user:password@mail.example:587."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 20,
    }
