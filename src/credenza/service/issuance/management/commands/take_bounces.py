"""``take_bounces FILE``: read delivery status notifications and mark the letters that came back."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from credenza.service.issuance import bounces


class Command(BaseCommand):
    """For a mail server that pipes what comes back (``| ... take_bounces -``), or a mailbox that is read now and then."""

    help = "Read delivery status notifications (RFC 3464) from a message, an mbox file or - (standard input)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A message, an mbox file, or - for standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        taken = sum(bounces.take(one) is not None for one in bounces.messages(data))
        self.stdout.write(f"{taken} letters came back.")
