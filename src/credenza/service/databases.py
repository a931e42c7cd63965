"""A database from one setting: ``sqlite:///file`` or ``postgresql://user:password@host:port/name``; and the cache beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db import connection

from credenza.errors import Refused


def database(url: str) -> dict[str, Any]:
    """Django's settings of the database at this address.

    Raises:
        Refused: ``settings-unsafe`` for any other kind of database.
    """
    parts, port = urlsplit(url), None
    try:
        port = parts.port
    except ValueError as error:
        raise Refused("settings-unsafe", "CREDENZA_DATABASE_URL has a port that is none.") from error
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON;",
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "credenza.service.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise Refused("settings-unsafe", "CREDENZA_DATABASE_URL must begin with sqlite:/// or postgresql://.")


def overwrite_deleted() -> None:
    """Let nothing that was deleted stay in SQLite's log beside the file (outside of a transaction); PostgreSQL vacuums."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def cache(database: dict[str, Any]) -> dict[str, Any]:
    """Where limits on signing in are counted: in the one process that SQLite has; with PostgreSQL, there, for all of them."""
    if database["ENGINE"].endswith("sqlite3"):
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "credenza_cache"}
