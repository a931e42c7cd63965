"""``rename_organisation SLUG en="New name"``: the legal name, which this site vouches for, is the operator's to change."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from pydantic import ValidationError

from credenza.record import Text
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation


class Command(BaseCommand):
    """The operator has seen a document that proves the name; what was issued before keeps the name of its day."""

    help = "Change the legal name of an organisation, by language."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("names", nargs="+", metavar="LANGUAGE=NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            name = Text(dict(one.split("=", 1) for one in options["names"]))
        except (ValueError, ValidationError) as error:
            raise CommandError("Give each name as LANGUAGE=NAME, such as en='University of X'.") from error
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(no_key=True).filter(slug=options["slug"]).first()
            if organisation is None:
                raise CommandError(f"There is no organisation {options['slug']!r}.")
            organisation.call(name)
            organisation.save(update_fields=["record", "name", "former_names"])
            audit.record(organisation, "organisation.changed", actor="operator", subject=organisation.id)
        self.stdout.write(f"{options['slug']} is called {organisation.name} now.")
