"""A site that is provider and client at once, listed in a registry of its own; and people whose results travel."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from datetime import date

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from credenza.exchange.ewp.names import DISCOVERY, REGISTRY
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


def catalogue_of(*manifests: bytes) -> bytes:
    """What the registry of Erasmus Without Paper makes of manifests: services as they are, keys by fingerprint."""
    root = etree.Element(f"{{{REGISTRY}}}catalogue", nsmap={None: REGISTRY})
    heis, binaries = etree.Element(f"{{{REGISTRY}}}institutions"), etree.Element(f"{{{REGISTRY}}}binaries")
    for data in manifests:
        given = etree.fromstring(data)[0]
        host = etree.SubElement(root, f"{{{REGISTRY}}}host")
        host.append(given.find(f"{{{REGISTRY}}}apis-implemented"))
        covered = etree.SubElement(host, f"{{{REGISTRY}}}institutions-covered")
        for hei in given.iter(f"{{{REGISTRY}}}hei"):
            etree.SubElement(covered, f"{{{REGISTRY}}}hei-id").text = hei.get("id")
            heis.append(hei)
        for name in ("client-credentials-in-use", "server-credentials-in-use"):
            credentials = etree.SubElement(host, f"{{{REGISTRY}}}{name}")
            for key in given.iterfind(f"{{{DISCOVERY}}}{name}/{{{DISCOVERY}}}rsa-public-key"):
                digest = hashlib.sha256(base64.b64decode(key.text)).hexdigest()
                etree.SubElement(credentials, f"{{{REGISTRY}}}rsa-public-key", {"sha-256": digest})
                etree.SubElement(binaries, f"{{{REGISTRY}}}rsa-public-key", {"sha-256": digest}).text = key.text
    root.extend([heis, binaries])
    return etree.tostring(root)


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
    from credenza.service.exchange.emrex.listing import registry_entry

    return registry_entry(open_organisation)


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
