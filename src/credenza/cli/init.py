"""``credenza init``: a new issuer, ready to seal, with an example to begin from; ``credenza keys rotate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from credenza.cli.options import Json, now, open_issuer, passphrase

keys = typer.Typer(no_args_is_help=True)

_ORGANISATION = """# Who you are. Every credential carries it. Codes of countries and regions are those of the EU.
id = {did}
legal_name = {name}
country = {country}
# regions = ["IE061"]                     # NUTS
# address = "1 Example Street, Dublin"
homepage = {url}
# email = "registry@example.org"
# logo = "logo.png"

[identifiers]                             # at least one: eidas, vat, pic, schac, ror, eter, erasmus, registration
{identifier}
"""


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    name: Annotated[str, typer.Option(help="The legal name of the organisation.")] = "Example University",
    country: Annotated[str, typer.Option(help="Its country, such as IE.")] = "IE",
    url: Annotated[str, typer.Option(help="The https address that will serve its keys and status lists.")] = (
        "https://credentials.example.org"
    ),
    identifier: Annotated[str, typer.Option(help="A registered identifier, such as vat=IE1234567X.")] = (
        "vat=IE0000000X"
    ),
    organisation: Annotated[Path | None, typer.Option(help="A finished organisation.toml to use instead.")] = None,
    json: Json = False,
) -> None:
    """Make an issuer: organisation file, keys, DID document, a TEST seal that is not qualified, and an example."""
    from importlib import resources

    from credenza.adapters import issuer_folder
    from credenza.cli import output

    text = organisation.read_text("utf-8") if organisation else _organisation(name, country, url, identifier)
    issuer = issuer_folder.create(folder, organisation_toml=text, base_url=url, passphrase=passphrase(), now=now())
    example = resources.files("credenza.cli").joinpath("example_micro_credential.toml").read_text("utf-8")
    definition = folder / "micro-credential.toml"
    definition.write_text(example, "utf-8")
    if json:
        output.print_json({"folder": str(folder), "issuer": issuer.organisation.id, "definition": str(definition)})
        return
    say = output.console.print
    say(f"[bold]{output.escape(str(folder))}[/bold] is ready: {issuer.organisation.id}")
    say(f"  [bold]{issuer_folder.ORGANISATION}[/bold]  who you are; complete it first")
    say(f"  [bold]{definition.name}[/bold]  an example to change; see credenza check {output.escape(str(definition))}")
    say(f"  [bold]{issuer_folder.PUBLIC}/[/bold]  what {issuer.base_url} must serve")
    say("  [yellow]The seal is a TEST SEAL and not qualified:[/yellow] see credenza keys seal before you rely on it.")
    if passphrase() is None:
        say("  [yellow]The keys are not encrypted:[/yellow] set CREDENZA_PASSPHRASE before init to encrypt them.")


def _organisation(name: str, country: str, url: str, identifier: str) -> str:
    import json
    from urllib.parse import urlsplit

    from credenza.errors import MalformedInput
    from credenza.trust import did

    kind, _, value = identifier.partition("=")
    host = urlsplit(url).hostname
    if not value or not host:
        raise MalformedInput("option-invalid", "Give --identifier as vat=IE1234567X and --url as https://uni.example.")
    quoted = {"did": did.for_web(host), "name": name, "country": country, "url": url}
    line = f"{json.dumps(kind)} = {json.dumps(value, ensure_ascii=False)}"
    return _ORGANISATION.format(identifier=line, **{k: json.dumps(v, ensure_ascii=False) for k, v in quoted.items()})


@keys.command("rotate")
def rotate(
    folder: Annotated[Path, typer.Argument(help="The issuer's folder.")],
    json: Json = False,
) -> None:
    """Sign with a new key from now on; the old key stays published, so what it signed still verifies."""
    from credenza.adapters import issuer_folder
    from credenza.cli import output

    open_issuer(folder)
    issuer = issuer_folder.rotate(folder, passphrase=passphrase(), now=now())
    if json:
        output.print_json({"key": issuer.proof_signer.key_id})
        return
    output.console.print(
        f"New key [bold]{issuer.proof_signer.key_id}[/bold]. Publish {output.escape(str(issuer.public))} again."
    )


@keys.command("seal")
def seal(
    folder: Annotated[Path, typer.Argument(help="The issuer's folder.")],
    source: Annotated[
        str, typer.Argument(help="A PKCS #12 file (.p12, .pfx), or a key on a token as a pkcs11: URI (RFC 7512).")
    ],
    json: Json = False,
) -> None:
    """Seal with a trust service's certificate from now on; its password or PIN is in CREDENZA_SEAL_PASSWORD or CREDENZA_PIN."""
    import os

    from credenza.adapters import issuer_folder, issuer_seal
    from credenza.cli import output
    from credenza.errors import Refused
    from credenza.trust.certificates import holder_of
    from credenza.verifying.issuer_check import seal_names

    open_issuer(folder)
    password = os.environ.get("CREDENZA_SEAL_PASSWORD")
    if password is None and not source.startswith(issuer_seal.SCHEME):
        password = typer.prompt("Password of the seal", hide_input=True, err=True)
    new = issuer_seal.open_source(folder, source, password=password, now=now())
    named = seal_names(new.certificate_chain[0], issuer_folder.declared(folder))
    if named.outcome == "failed":
        raise Refused(named.code, named.reason)
    issuer_seal.use(folder, source, new, password=password, passphrase=passphrase())
    issuer = open_issuer(folder)
    issuer_folder.publish_keys(issuer, passphrase=passphrase())
    holder = holder_of(new.certificate_chain[0])
    public = output.escape(str(issuer.public))
    if json:
        output.print_json(
            {"seal_of": holder.organization, "number": holder.organization_identifier, "test": issuer.test_seal}
        )
        return
    output.console.print(
        f"Sealing as [bold]{output.escape(holder.organization or '?')}[/bold]. Publish {public} again."
    )
