"""``credenza revoke``, ``suspend``, ``reinstate``, and ``status publish``: whether a credential still stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credenza.cli.options import IssuerDir, Json, now, open_issuer, read_file

if TYPE_CHECKING:
    from credenza.adapters.issuer_folder import Issuer

app = typer.Typer(no_args_is_help=True)

Credential = Annotated[str, typer.Argument(help="The credential: its file, or its id (urn:uuid:...).")]


def revoke(credential: Credential, issuer: IssuerDir, json: Json = False) -> None:
    """Withdraw a credential for good."""
    _set(credential, issuer, "revocation", True, json)


def suspend(credential: Credential, issuer: IssuerDir, json: Json = False) -> None:
    """Withdraw a credential for the time being."""
    _set(credential, issuer, "suspension", True, json)


def reinstate(credential: Credential, issuer: IssuerDir, json: Json = False) -> None:
    """End a suspension."""
    _set(credential, issuer, "suspension", False, json)


@app.command("publish")
def publish(issuer: IssuerDir, json: Json = False) -> None:
    """Sign all status lists anew into the folder's public files; do so at least once a week."""
    from credenza.cli import output

    opened = open_issuer(issuer)
    paths = publish_lists(opened)
    if json:
        output.print_json({"published": paths})
        return
    output.console.print(
        f"{len(paths)} lists signed in [bold]{opened.public}[/bold]; {opened.base_url} must serve them."
    )


def publish_lists(issuer: Issuer) -> list[str]:
    """Write the signed lists of an issuer's ledger; returns their paths."""
    from contextlib import closing

    from credenza.adapters.issuer_folder import LEDGER
    from credenza.adapters.ledger import SqliteLedger
    from credenza.issuing.status_lists import StatusSigners, status_lists

    signers = StatusSigners(issuer.organisation.id, issuer.proof_signer, issuer.base_url, issuer.seal)
    paths = []
    with closing(SqliteLedger(issuer.folder / LEDGER)) as ledger:
        length = ledger.status_length()
        entries = ledger.statuses()
        for one in status_lists(entries, length=length, base_url=issuer.base_url, signers=signers, now=now()):
            file = issuer.public / one.path
            file.parent.mkdir(parents=True, exist_ok=True)
            partial = file.with_name(f".{file.name}.partial")
            partial.write_bytes(one.data)
            partial.replace(file)
            paths.append(one.path)
    return paths


def _set(credential: str, folder: Path, purpose: str, value: bool, json: bool) -> None:
    from contextlib import closing

    from credenza.adapters.issuer_folder import LEDGER
    from credenza.adapters.ledger import SqliteLedger
    from credenza.cli import output
    from credenza.cli.sources import read_award
    from credenza.record import StatusPurpose

    identifier = credential if credential.startswith("urn:") else read_award(read_file(Path(credential))).id
    issuer = open_issuer(folder)
    with closing(SqliteLedger(folder / LEDGER)) as ledger:
        ledger.set_status(identifier, StatusPurpose(purpose), value, at=now())
    publish_lists(issuer)
    done = "reinstated" if not value else "revoked" if purpose == "revocation" else "suspended"
    if json:
        output.print_json({"credential": identifier, "status": done})
        return
    output.console.print(
        f"{identifier} is {done}. Publish [bold]{issuer.public}/status[/bold] so that verifiers see it."
    )
