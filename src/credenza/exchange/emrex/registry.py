"""EMREG, the registry of EMREX: which providers there are, where they are, and with which keys they sign.

The registry is not signed: what makes it trustworthy is the protected connection to its configured address, and that
it is not too old. An entry that cannot be used (no protected address, no readable key, a weak key) is left out and
named, because one broken entry must not shut everybody out.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from credenza.encoding import strict_json
from credenza.errors import CredenzaError, MalformedInput, Unreachable
from credenza.exchange.emrex.messages import is_protected
from credenza.exchange.registry_age import AgePolicy, age_finding
from credenza.finding import Finding
from credenza.keys import PublicKey, public

MAXIMUM_BYTES = 8 * 1024 * 1024
_MALFORMED = "emreg-malformed"


@dataclass(frozen=True)
class Provider:
    """An EMP: ``acronym`` and ``country`` (ISO 3166-1) name it, ``key`` is the one that its results are signed with."""

    acronym: str
    country: str
    url: str
    institutions: tuple[str, ...]
    key: PublicKey

    @property
    def name(self) -> str:
        """How operators and sessions name it: ``NO/FSAT``."""
        return f"{self.country}/{self.acronym}"


@dataclass(frozen=True)
class Country:
    """A country of the registry; ``single_fetch`` means one provider answers for all its institutions."""

    code: str
    name: str
    single_fetch: bool


@dataclass(frozen=True)
class Registry:
    """The registry as it was at ``fetched``; ``left_out`` names the entries that cannot be used, and why."""

    countries: tuple[Country, ...]
    providers: tuple[Provider, ...]
    fetched: datetime
    left_out: tuple[str, ...] = ()

    def provider(self, name: str) -> Provider | None:
        """The provider of this name (``NO/FSAT``); None where there is none, or two."""
        found = [one for one in self.providers if one.name == name]
        return found[0] if len(found) == 1 else None

    def age_finding(self, policy: AgePolicy, *, now: datetime) -> Finding:
        """Whether the registry is recent enough to say whose key is whose."""
        return age_finding(self.fetched, policy, now=now, registry="The registry of EMREX")

    def require_usable(self, policy: AgePolicy, *, now: datetime) -> None:
        """Raises Unreachable ``registry-too-old`` where no exchange may be begun with a registry so old."""
        finding = self.age_finding(policy, now=now)
        if finding.outcome == "failed":
            raise Unreachable(finding.code, finding.reason)


def parse_registry(data: bytes, *, fetched: datetime, allow_loopback: bool = False) -> Registry:
    """The registry's JSON; providers are under ``emps``, in older registries under ``ncps``.

    ``allow_loopback`` takes providers on this machine without https: for demonstrations and tests only.

    Raises:
        MalformedInput: those of ``strict_json``, and ``emreg-malformed``.
    """
    document = strict_json.loads_object(data, maximum_bytes=MAXIMUM_BYTES)
    entries = _objects(document, "emps" if "emps" in document else "ncps")
    left_out: list[str] = []
    providers = tuple(_providers(entries, left_out, allow_loopback))
    doubled = {one.name for one in providers if sum(other.name == one.name for other in providers) > 1}
    left_out += [f"{name}: two providers have this name" for name in sorted(doubled)]
    return Registry(
        countries=tuple(_countries(_objects(document, "countries"))),
        providers=tuple(one for one in providers if one.name not in doubled),
        fetched=fetched,
        left_out=tuple(left_out),
    )


def read_key(text: str) -> PublicKey:
    """A registered key: a certificate or a public key, in PEM or as bare base64.

    Raises:
        MalformedInput: ``emreg-key-unreadable``, or ``key-too-weak`` and ``key-unsupported``.
    """
    lines = [line for line in text.replace("\\n", "\n").splitlines() if "-----" not in line]
    try:
        der = base64.b64decode("".join("".join(lines).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedInput("emreg-key-unreadable", "A registered key is not base64.") from error
    readers: tuple[Any, ...] = (
        lambda: x509.load_der_x509_certificate(der).public_key(),
        lambda: load_der_public_key(der),
    )
    for read in readers:
        try:
            return public.from_crypto(read())
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
    raise MalformedInput("emreg-key-unreadable", "A registered key is neither a certificate nor a public key.")


def _providers(entries: list[dict[str, Any]], left_out: list[str], allow_loopback: bool) -> Iterator[Provider]:
    for number, entry in enumerate(entries):
        acronym, country = _line(entry, "acronym"), _line(entry, "countryCode")
        name = f"{country or '?'}/{acronym or number}"
        url = _line(entry, "url") or ""
        if not acronym or not country:
            left_out.append(f"{name}: it has no acronym or no country")
        elif not is_protected(url, allow_loopback=allow_loopback):
            left_out.append(f"{name}: its address is not protected (https)")
        else:
            try:
                key = read_key(_line(entry, "pubKey") or "")
            except CredenzaError as error:
                left_out.append(f"{name}: {error.message}")
                continue
            institutions = entry.get("institutions")
            names = tuple(one for one in institutions if isinstance(one, str)) if isinstance(institutions, list) else ()
            yield Provider(acronym, country.upper(), url, names, key)


def _countries(entries: list[dict[str, Any]]) -> Iterator[Country]:
    for entry in entries:
        code = _line(entry, "countryCode")
        if code:
            single = entry.get("singleFetch") in (True, "true")
            yield Country(code.upper(), _line(entry, "countryName") or code.upper(), single)


def _objects(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise MalformedInput(_MALFORMED, f"The registry's {name} is not a list of objects.")
    return found


def _line(entry: dict[str, Any], name: str) -> str | None:
    value = entry.get(name)
    return value.strip() if isinstance(value, str) else None
