"""``add_vc_instance ORGANISATION NAME``: an issuer of the VC API, and an API key for it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from credenza.errors import CredenzaError
from credenza.service.accounts.models import Organisation
from credenza.service.api import keys as api_keys
from credenza.service.api import scopes
from credenza.service.exchange import vc_instances, vc_status


class Command(BaseCommand):
    """Add an issuer instance of the W3C VC API under /vc/NAME/."""

    help = "Add an issuer of the W3C VC API under /vc/NAME/, and print its id and an API key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="the short name of the organisation")
        parser.add_argument("name", help="the name of the instance in its address")
        parser.add_argument("--mechanism", default=vc_instances.DEFAULT_MECHANISM, help="a cryptosuite, or vc+jwt")
        parser.add_argument("--key", choices=["Ed25519", "P-256", "P-384"], help="a key and did:key of its own")
        parser.add_argument("--without-status", action="store_true", help="keep no status lists")
        parser.add_argument(
            "--status",
            choices=vc_status.PURPOSES,
            action="append",
            help="keep lists of this status only (default: of both)",
        )
        parser.add_argument("--open", action="store_true", help="let anyone issue (only in a demonstration)")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']!r}.")
        try:
            made = vc_instances.add_instance(
                organisation,
                options["name"],
                options["mechanism"],
                key_kind=options["key"],
                actor="operator",
                with_status=not options["without_status"],
                purposes=options["status"] or list(vc_status.PURPOSES),
                open_to_all=options["open"],
            )
        except CredenzaError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"end points  {settings.SITE_URL}/vc/{made.name}/")
        self.stdout.write(f"issuer      {vc_instances.identity_of(made).id}")
        if not made.open:
            allowed = [scopes.VC_ISSUE, scopes.VC_STATUS, scopes.VC_VERIFY]
            _, secret = api_keys.make_key(organisation, f"VC API {made.name}", allowed, actor="operator")
            self.stdout.write(f"API key     {secret}  (shown only now)")
