"""The command ``credenza``: one file for each verb; heavy rooms are opened only by the verb that needs them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

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
_ISSUE, _READ, _RECOGNISE, _SERVE = "Issue", "Check and read", "Recognise and combine", "Run the service"
_VERBS: dict[str, dict[str, Callable[..., None]]] = {
    _ISSUE: {
        "init": init.init,
        "check": check.check,
        "template": template.template,
        "issue": issue.issue,
        "revoke": status.revoke,
        "suspend": status.suspend,
        "reinstate": status.reinstate,
    },
    _READ: {"verify": verify.verify, "show": show.show, "convert": convert.convert},
    _RECOGNISE: {"compare": compare.compare, "recognise": recognise.recognise, "stack": stack.stack},
    _SERVE: {
        "serve": service.serve,
        "worker": service.worker,
        "migrate": service.migrate,
        "restored": service.restored,
        "rekey": service.rekey,
        "createadmin": service.createadmin,
    },
}
for panel, verbs in _VERBS.items():
    for name, verb in verbs.items():
        app.command(name, rich_help_panel=panel)(verb)
app.add_typer(status.app, name="status", help="The public status lists of an issuer.", rich_help_panel=_ISSUE)
app.add_typer(init.keys, name="keys", help="The issuer's keys.", rich_help_panel=_ISSUE)
app.add_typer(
    skills.app, name="skills", help="ESCO's skills: import them once, find them by words.", rich_help_panel=_ISSUE
)


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
