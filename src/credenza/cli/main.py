"""The command ``credenza``: one file for each verb; heavy rooms are opened only by the verb that needs them."""

from __future__ import annotations

import sys
import warnings

import typer

from credenza.cli import (
    check,
    compare,
    convert,
    init,
    issue,
    recognise,
    service,
    show,
    skills,
    stack,
    status,
    template,
    verify,
)
from credenza.errors import CredenzaError

app = typer.Typer(
    name="credenza",
    help="Micro-credentials by the European standard: describe, seal, verify and understand them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("init")(init.init)
app.command("template")(template.template)
app.command("check")(check.check)
app.command("issue")(issue.issue)
app.command("verify")(verify.verify)
app.command("show")(show.show)
app.command("convert")(convert.convert)
app.command("compare")(compare.compare)
app.command("recognise")(recognise.recognise)
app.command("stack")(stack.stack)
app.command("revoke")(status.revoke)
app.command("suspend")(status.suspend)
app.command("reinstate")(status.reinstate)
app.command("serve")(service.serve)
app.command("worker")(service.worker)
app.command("migrate")(service.migrate)
app.command("rekey")(service.rekey)
app.command("createadmin")(service.createadmin)
app.add_typer(status.app, name="status", help="The public status lists of an issuer.")
app.add_typer(skills.app, name="skills", help="ESCO's skills: import them once, find them by words.")
app.add_typer(init.keys, name="keys", help="The issuer's keys.")


def run() -> None:
    """Run the command; an error is one sentence with its code, and exit code 2."""
    if not sys.warnoptions:  # remarks of libraries about odd certificates are for developers
        warnings.simplefilter("ignore")
    try:
        app()
    except CredenzaError as error:
        from credenza.cli.output import show_error

        show_error(error, as_json="--json" in sys.argv)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
