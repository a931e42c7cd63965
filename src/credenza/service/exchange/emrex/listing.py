"""What the registry of EMREX needs to know of an organisation that gives results."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from credenza.service.accounts.models import Organisation
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose


def registry_entry(organisation: Organisation) -> dict[str, Any]:
    """The organisation's entry: its name, its address as a provider (EMP), and the key that it signs with."""
    key = keys.transfer_key(organisation, KeyPurpose.EMREX, actor="emrex")
    return {
        "acronym": organisation.slug.upper(),
        "countryCode": organisation.country,
        "institutions": [organisation.name],
        "pubKey": key.certificates.strip(),
        "url": settings.SITE_URL + reverse("emrex_begin", args=[organisation.slug]),
    }
