"""A provider with a key of its own, and the registry that lists it."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from credenza.exchange.emrex.registry import parse_registry
from credenza.keys import SoftwareSigner

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def pem_of(signer: SoftwareSigner) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return signer.private_key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def registry_of(*entries: dict, fetched=NOW, **more):
    countries = [{"countryCode": "fi", "countryName": "Finland", "singleFetch": True}]
    return parse_registry(json.dumps({"countries": countries, "emps": list(entries), **more}).encode(), fetched=fetched)


@pytest.fixture(scope="session")
def emp_signer():
    return SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "emp")


@pytest.fixture(scope="session")
def stranger():
    return SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "stranger")


@pytest.fixture
def entry(emp_signer):
    return {
        "acronym": "EXAMPLE",
        "countryCode": "FI",
        "institutions": ["Example University"],
        "url": "https://emp.example/emrex",
        "pubKey": pem_of(emp_signer),
    }


@pytest.fixture
def registry(entry):
    return registry_of(entry)
