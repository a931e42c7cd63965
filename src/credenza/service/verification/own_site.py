"""What this site itself publishes and whom it trusts, kept by a process for as long as nothing of it has changed.

Nearly every credential that is checked here was issued here, so each check asks for the same few documents: keys, issuer
metadata, status lists, the site's own organisations. One query tells the edition of all of them together:
  1. Organisations and keys are only ever added, and their ids, slugs and public parts never change: their numbers and the time
     of the newest tell every change.
  2. Every revocation, suspension and reinstatement counts one up in its status list, in its own transaction; their sum can only
     grow. The VC API takes its signed list away with a change and makes a new row: their number and greatest id tell it.
  3. The worker writes the time at which it read the EU's trusted lists.
  4. Names of organisations are asked for again where a credential says another one; who offers a micro-credential never changes.
  5. The edition is asked before each check, and before anything of it is read. So what is kept under it is never older than it.
Dates, trust and status are judged anew each time, from these bytes; and after a minute everything is read again, whatever
the edition says, so that a list whose time to be signed anew has come is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.resolvers import MethodFinder
from credenza.adapters.revocation_source import RevocationSource
from credenza.ports.fetch import Fetched
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition, definition_id
from credenza.service.issuance.models import KeyPurpose, SigningKey
from credenza.service.verification import own_documents, trusted_lists
from credenza.trust import certificates
from credenza.verifying.borrowed_names import plain
from credenza.verifying.evidence import Sources

STATUS_TYPES = ("application/vc", "application/statuslist+jwt", "application/vc+jwt", "application/json", "text/plain")
LARGEST_LIST = 8_000_000
KEPT_SECONDS, MOST_KEPT = 60, 512
_EDITION = """
SELECT (SELECT COUNT(*) FROM accounts_organisation), (SELECT CAST(MAX(created_at) AS text) FROM accounts_organisation),
       (SELECT COUNT(*) FROM issuance_signingkey), (SELECT CAST(MAX(created_at) AS text) FROM issuance_signingkey),
       (SELECT COUNT(*) FROM issuance_statuslist), (SELECT SUM(changes) FROM issuance_statuslist),
       (SELECT COUNT(*) FROM exchange_vcstatuslist), (SELECT MAX(id) FROM exchange_vcstatuslist),
       (SELECT CAST(MAX(read_at) AS text) FROM verification_trustedlistscopy)
"""
Edition = tuple[object, ...]


class OwnSite:
    """One edition of the site; fulfils ``ports.Fetch``: our own addresses from the database, others by the guarded fetcher."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self._read_at = edition, time.monotonic()
        self._documents: dict[str, Fetched] = {}
        ours = list(Organisation.objects.only("record", "former_names"))
        self._names = {one.record["id"]: one.known_names for one in ours}
        self.organisations: dict[str, UUID] = {one.record["id"]: one.pk for one in ours}
        self._offers: dict[UUID, str] = {}
        self.find_method = MethodFinder(self)
        ders = [*_operators_anchors(), *_own_test_anchors()]
        listed = trusted_lists.services(timezone.now())
        self.sources = Sources(
            find_method=self.find_method,
            fetch=lambda url: self(url, accept=STATUS_TYPES, maximum_bytes=LARGEST_LIST).content,
            anchors=listed.anchors().and_of(ders),
            revocation=_revocation(),
            time_stamp_anchors=tuple(
                certificates.load(der) for der in dict.fromkeys((*ders, *listed.time_stamp_anchors()))
            ),
            qualified=trusted_lists.judging(listed, others=frozenset(ders)),
            lists_complete=listed.complete or settings.CREDENZA.trusted_lists is None,
            trusted_issuers=settings.CREDENZA.trusted_issuers | self._names.keys(),
            goes_by=self._goes_by,
            offered_by=self._offered_by,
        )

    def __call__(
        self, url: str, *, accept: Sequence[str], maximum_bytes: int, maximum_age: timedelta | None = None
    ) -> Fetched:
        kept = self._documents.get(url)
        if kept is not None:
            return kept
        own = own_documents.find(url)
        if own is None:
            return _elsewhere(url, accept=accept, maximum_bytes=maximum_bytes, maximum_age=maximum_age)
        if len(self._documents) >= MOST_KEPT:
            self._documents.clear()
        found = self._documents[url] = Fetched(url, own.data, own.media_type)
        return found

    def _goes_by(self, organisation: str, name: str) -> bool:
        known = self._names.get(organisation)
        if known is None or plain(name) in known:
            return True
        return any(plain(name) in one.known_names for one in Organisation.objects.filter(record__id=organisation))

    def _offered_by(self, definition: str) -> str | None:
        named = definition_id(definition)
        if named is None:
            return None
        if named not in self._offers:
            found = Definition.objects.filter(pk=named).values_list("organisation__record__id", flat=True).first()
            if found is None:
                return None
            self._offers[named] = found
        return self._offers[named]

    def is_of(self, edition: Edition) -> bool:
        """Whether this may still be used for a check that found this edition."""
        return self.edition == edition and time.monotonic() - self._read_at < KEPT_SECONDS


def current() -> OwnSite:
    """The site as the database has it now."""
    global _kept
    edition, site = _edition(), _kept
    if site is None or not site.is_of(edition):
        site = _kept = OwnSite(edition)
    return site


def organisation_of(issuer: str | None) -> UUID | None:
    """The organisation of this site that issues under this id, as of the last check."""
    return _kept.organisations.get(issuer or "") if _kept is not None else None


_kept: OwnSite | None = None


def _edition() -> Edition:
    with connection.cursor() as cursor:
        cursor.execute(_EDITION)
        return (connection.settings_dict["NAME"], settings.CREDENZA.public_base, *cursor.fetchone())


def _elsewhere(url: str, *, plain_http: bool = False, **wanted: Any) -> Fetched:
    for base, address in settings.CREDENZA.neighbours:  # another demonstration on this machine, under its own name
        if url.startswith(f"{base}/"):
            return _network(allow_loopback=True)(address + url.removeprefix(base), **wanted)
    return _network(plain_http=plain_http)(url, **wanted)


@lru_cache(maxsize=3)
def _network(*, allow_loopback: bool = False, plain_http: bool = False) -> GuardedFetch:
    return GuardedFetch(allow_loopback=allow_loopback, plain_http=plain_http)


@lru_cache(maxsize=1)
def _revocation() -> RevocationSource:
    return RevocationSource(partial(_elsewhere, plain_http=True))


@lru_cache(maxsize=1)
def _operators_anchors() -> tuple[bytes, ...]:
    file = settings.CREDENZA.trust_anchors
    return tuple(certificates.from_pem(file.read_bytes())) if file is not None else ()


def _own_test_anchors() -> list[bytes]:
    """The authorities of the test seals that this site made: known here, and the report says that they are not qualified.

    Never those of an imported seal, whatever it calls itself: its owner may hold the authority's key, and could name anybody.
    """
    keys = SigningKey.objects.filter(purpose=KeyPurpose.SEAL, is_test=True, made_here=True)
    return [certificates.from_pem(key.certificates.encode())[-1] for key in keys]
