"""``import_esco skills_en.csv --lang en``: ESCO's skills for the designer's search."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credenza.errors import CredenzaError
from credenza.service.catalogue.esco_import import import_skills
from credenza.vocabulary import LANGUAGES


class Command(BaseCommand):
    """The operator downloads the official CSV once a release, and imports it in each language that is wanted."""

    help = "Import ESCO's skills (skills_xx.csv, as esco.ec.europa.eu offers it) for the search of designers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--lang", default="en", choices=LANGUAGES)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                count = import_skills(lines, options["lang"])
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        except CredenzaError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{count} skills imported ({options['lang']}).")
