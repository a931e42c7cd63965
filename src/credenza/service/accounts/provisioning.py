"""Founding an organisation: its record, its DID under this site, its first keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from credenza.errors import Conflict, MalformedInput, Refused
from credenza.record import Media
from credenza.record.authoring import read_organisation
from credenza.service import editions
from credenza.service.accounts import audit
from credenza.service.accounts.locks import locked
from credenza.service.accounts.models import Organisation, User
from credenza.trust import did

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 60
_TAKEN = frozenset({"new-organisation"})
"""What stands in an organisation's place in the console's own addresses."""


def did_of(slug: str) -> str:
    """The DID of an organisation of this site (did:web)."""
    parts = urlsplit(settings.CREDENZA.public_base)
    return did.for_web(parts.hostname or "", "o", slug, port=parts.port)


def found_organisation(
    slug: str, data: Mapping[str, Any], *, actor: User | str, with_test_seal: bool = False, is_demo: bool = False
) -> Organisation:
    """A new organisation from what ``organisation.toml`` holds; its id is its DID on this site, whatever the data says.

    Raises:
        MalformedInput: ``organisation-invalid``, ``organisation-slug``. Conflict: ``organisation-exists``.
    """
    from credenza.service.issuance import keys

    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG or slug in _TAKEN:
        message = "The short name must be small letters and digits, with hyphens between them, such as uni-bremen."
        raise MalformedInput("organisation-slug", message)
    record = read_organisation({**data, "id": did_of(slug)})
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                slug=slug,
                name=record.legal_name.best("en"),
                country=record.country.notation if record.country else "",
                record=record.model_dump(mode="json", exclude_none=True),
                is_demo=is_demo,
            )
            audit.record(organisation, audit.FOUNDED, actor=actor, subject=organisation.id)
            keys.create_proof_key(organisation, actor=actor)
            if with_test_seal:
                keys.create_test_seal(organisation, actor=actor)
    except IntegrityError as error:
        raise Conflict(
            "organisation-exists", f"There is an organisation with the short name {slug!r} already."
        ) from error
    return organisation


def edition(organisation: Organisation) -> str:
    """The edition of what ``change_organisation`` changes."""
    return editions.edition_of(_described(organisation))


def _described(organisation: Organisation) -> list[Any]:
    record = {name: value for name, value in organisation.record.items() if name != "accreditations"}
    return [record, organisation.four_eyes]


def change_organisation(
    organisation: Organisation,
    data: Mapping[str, Any],
    *,
    edition: str,
    four_eyes: bool,
    actor: User,
    logo: Media | None,
) -> None:
    """Keep the organisation as ``organisation.toml`` would describe it, with this logo; ``edition`` is what was read before.

    Its id and its accreditations stay, and other names and memberships of groups, which the form does not hold.

    Raises:
        MalformedInput: ``organisation-invalid`` with every problem. Refused: ``organisation-name``: this site vouches for
            the name, so only its operator changes it. Conflict: ``organisation-changed`` since that edition.
    """
    before = organisation.as_record
    record = read_organisation({**data, "id": before.id}, logo=logo)
    if record.legal_name != before.legal_name and not actor.is_superuser:
        raise Refused("organisation-name", "Only the operator of this site can change the legal name: ask them.")
    with transaction.atomic():
        stored = locked(organisation)
        editions.require_read("organisation-changed", edition, _described(stored))
        kept = {name: getattr(stored.as_record, name) for name in ("accreditations", "other_names", "member_of")}
        record = record.model_copy(update=kept)
        stored.call(record.legal_name)
        organisation.record = record.model_dump(mode="json", exclude_none=True)
        organisation.name, organisation.former_names = stored.name, stored.former_names
        organisation.country = record.country.notation if record.country else ""
        organisation.four_eyes = four_eyes
        organisation.save(update_fields=["record", "name", "former_names", "country", "four_eyes"])
        audit.record(organisation, "organisation.changed", actor=actor, four_eyes=four_eyes)
