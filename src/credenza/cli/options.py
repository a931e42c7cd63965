"""The options that several verbs share, and how they open what they name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from credenza.adapters.issuer_folder import Issuer
    from credenza.record import MicroCredential, Organisation

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
IssuerDir = Annotated[Path, typer.Option("--issuer", help="The issuer's folder, made by credenza init.")]


def open_issuer(folder: Path) -> Issuer:
    """The issuer of a folder; the passphrase of its keys comes from CREDENZA_PASSPHRASE."""
    from credenza.adapters.issuer_folder import load

    return load(folder, passphrase=passphrase())


def passphrase() -> str | None:
    """The passphrase of the environment, None where there is none."""
    return os.environ.get("CREDENZA_PASSPHRASE") or None


def read_definition(file: Path, awarding_body: Organisation) -> MicroCredential:
    """The definition of a TOML file.

    Raises:
        MalformedInput: ``file-unreadable``, ``definition-invalid``.
    """
    from credenza.record.authoring import read_micro_credential

    return read_micro_credential(read_toml(file), awarding_body=awarding_body)


def read_toml(file: Path) -> dict[str, object]:
    """A TOML file.

    Raises:
        MalformedInput: ``file-unreadable``, ``toml-invalid``.
    """
    import tomllib

    from credenza.errors import MalformedInput

    try:
        return tomllib.loads(read_file(file).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MalformedInput("toml-invalid", f"{file.name} is not readable as TOML: {error}.") from error


def read_file(file: Path) -> bytes:
    """The bytes of a file of at most 100 MB.

    Raises:
        MalformedInput: ``file-unreadable``, ``file-too-large``.
    """
    from credenza.errors import MalformedInput

    try:
        if file.stat().st_size > 100_000_000:
            raise MalformedInput("file-too-large", f"{file.name} is larger than 100 MB.")
        return file.read_bytes()
    except OSError as error:
        raise MalformedInput("file-unreadable", f"{file} cannot be read: {error.strerror}.") from error


def now() -> datetime:
    """The time, in UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC)
