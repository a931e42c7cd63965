"""The logo of an organisation: as it stands in its certificates and credentials."""

from __future__ import annotations

import io

from django.db import transaction
from PIL import Image

from credenza.errors import MalformedInput
from credenza.record import Media
from credenza.service.accounts import audit
from credenza.service.accounts.locks import locked
from credenza.service.accounts.models import Organisation, User

LARGEST = 200_000
_WIDEST = 1000


def redrawn(data: bytes) -> Media:
    """A picture drawn anew as PNG: whatever else the file held is left behind.

    Raises:
        MalformedInput: ``logo-too-large``, ``logo-unreadable``.
    """
    if len(data) > LARGEST:
        raise MalformedInput("logo-too-large", "The logo is larger than 200 kB.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > 4 * _WIDEST:
                raise MalformedInput("logo-too-large", "The logo is larger than 4000 pixels.")
            fresh = picture.convert("RGBA")
            fresh.thumbnail((_WIDEST, _WIDEST))
            out = io.BytesIO()
            fresh.save(out, "PNG", optimize=True)
    except MalformedInput:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken picture; all mean the same to a person
        raise MalformedInput("logo-unreadable", "This is not a PNG or JPEG picture that can be read.") from error
    return Media.of(out.getvalue(), "image/png")


def set_logo(organisation: Organisation, logo: Media | None, *, actor: User) -> None:
    """Show this logo from now on, or none."""
    with transaction.atomic():
        record = locked(organisation).as_record.model_copy(update={"logo": logo})
        organisation.record = record.model_dump(mode="json", exclude_none=True)
        organisation.save(update_fields=["record"])
        audit.record(organisation, "organisation.changed", actor=actor, logo=logo is not None)
