"""Transfers in a demonstration: its organisations give results to each other, by a registry of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from credenza.service.accounts.models import Organisation
from credenza.service.exchange.emrex.listing import registry_entry
from credenza.service.exchange.models import TransferSettings


def allow(organisation: Organisation, choices: Mapping[str, Any]) -> None:
    """What a made-up organisation allows."""
    hosts = "\n".join(choices.get("client_hosts", []))
    TransferSettings.objects.create(organisation=organisation, **{**choices, "client_hosts": hosts})


def publish_registry() -> None:
    """A registry of EMREX that lists the providers of this site alone, written anew at each start."""
    providers = Organisation.objects.filter(transfer__provides=True).order_by("slug")
    countries = {one.country: {"countryCode": one.country, "countryName": one.country} for one in providers}
    content = {"countries": list(countries.values()), "emps": [registry_entry(one) for one in providers]}
    Path(settings.CREDENZA.emreg).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
