"""A site that is provider and client at once, listed in a registry of its own; and people whose results travel."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from credenza.keys import SoftwareSigner

SITE = "https://testserver"
RETURN = f"{SITE}/wallet/fetch/return"
SESSION = "a" * 32


def pem_of(signer: SoftwareSigner) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return signer.private_key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def fields_of(response) -> dict[str, str]:
    """The fields of the form on the page that leaves for another site."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response.content.decode()))


@pytest.fixture(scope="session")
def stranger():
    return SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "stranger")


@pytest.fixture
def operator(settings):
    """Changes the operator's choices: ``operator(emreg="/file")``; the site is at its https address."""
    settings.SITE_URL = SITE

    def change(**choices):
        settings.CREDENZA = dataclasses.replace(settings.CREDENZA, **choices)

    return change


@pytest.fixture
def registry(tmp_path, operator):
    """Writes the registry of EMREX and has the site use it: ``registry(entry, ...)``; each is a new address."""
    made = []

    def write(*entries: dict):
        file = tmp_path / f"emreg-{len(made)}.json"
        countries = [{"countryCode": "IE", "countryName": "Ireland", "singleFetch": False}]
        file.write_text(json.dumps({"countries": countries, "emps": list(entries)}))
        made.append(file)
        operator(emreg=str(file))
        return file

    return write


@pytest.fixture
def open_organisation(organisation):
    """The organisation gives results to this site, takes results, and its evaluators decide."""
    from credenza.service.exchange.models import TransferSettings

    TransferSettings.objects.create(
        organisation=organisation,
        provides=True,
        decides=True,
        exchanges=True,
        client_hosts="testserver\n*.other.example",
    )
    return organisation


@pytest.fixture
def entry(open_organisation, operator):
    """The organisation's own entry in the registry."""
    from credenza.service.exchange.console_views import _emreg_entry

    return json.loads(_emreg_entry(open_organisation))


@pytest.fixture
def ana(make_user):
    return make_user("ana@example.org", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))


@pytest.fixture
def held(award, ana):
    """Ana's award, in her wallet."""
    from credenza.service.wallet import holding

    (offered,) = holding.offers_to(ana)
    holding.accept(offered)
    award.refresh_from_db()
    return award
