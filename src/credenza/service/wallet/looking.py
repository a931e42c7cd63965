"""What the receiver of a shared link gets: each credential, checked now, with the shared fields only; counted and logged.

A page that anybody may open, so it asks little of the database, in SQL: each question by Django's models costs five
times as much.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from credenza.errors import Refused
from credenza.holding import disclose, says_openly
from credenza.issuing.sealing import ELM, SD_JWT_VC
from credenza.service import encryption
from credenza.service.issuance import counts
from credenza.service.issuance.documents import erased as refusal_of_erased
from credenza.service.issuance.models import sealed_bytes
from credenza.service.request_values import kind_of_browser
from credenza.service.verification import sources
from credenza.service.verification.page import CredentialPage, page_of
from credenza.service.wallet import holding
from credenza.verifying.report import VerificationReport

_LONGEST_LOG = 1000
_FIND = """
SELECT id, views, maximum_views, withdrawn_at IS NOT NULL, expires_at IS NOT NULL AND expires_at <= %s,
       (SELECT COUNT(*) FROM wallet_sharedcredential item WHERE item.share_id = wallet_share.id)
FROM wallet_share WHERE secret_digest = %s
"""
_ITEMS = """
SELECT item.fields, held.id, held.data, award.organisation_id, award.version_id,
       award.erased_at IS NOT NULL OR award.record IS NULL, document.kept, document.page_at, page.content
FROM wallet_sharedcredential item JOIN wallet_heldcredential held ON held.id = item.credential_id
LEFT JOIN issuance_award award ON award.id = held.award_id
LEFT JOIN issuance_sealeddocument document ON document.award_id = award.id AND document.format = %s
LEFT JOIN issuance_displaypage page ON page.key = document.page_id
WHERE item.share_id = %s ORDER BY item.id
"""
_COUNT_VIEW = """
UPDATE wallet_share SET views = views + 1
WHERE id = %s AND withdrawn_at IS NULL AND (maximum_views IS NULL OR views < maximum_views)
"""
_LOG = "INSERT INTO wallet_shareview (share_id, at, outcome, agent) VALUES (%s, %s, %s, %s)"


@dataclass(frozen=True)
class OpenShare:
    """A share that can be looked at: its id as the database gave it, its views so far, how many credentials it has."""

    id: object
    views: int
    maximum_views: int | None
    count: int


@dataclass(frozen=True)
class _Item:
    """One credential of a share: the fields to show, and the sealed bytes; of an award of this site, whose version it is of."""

    fields: frozenset[str]
    held: object
    data: bytes
    organisation: object | None
    version: object | None


def find(secret: str) -> OpenShare:
    """The share of a link, while it can be looked at.

    Raises:
        Refused: ``share-unknown``, ``share-withdrawn``, ``share-ended``, ``share-used-up``.
    """
    found = _ask(_FIND, [_stored(timezone.now()), encryption.digest(secret[:100])])
    if not found:
        raise Refused("share-unknown", "This link is not one of ours. Was it copied whole?")
    share, views, maximum_views, withdrawn, ended, count = found[0]
    if withdrawn:
        raise Refused("share-withdrawn", "The holder no longer shares this.")
    if ended:
        raise Refused("share-ended", "The holder shared this until a date that has passed.")
    if maximum_views is not None and views >= maximum_views:
        raise _used_up()
    return OpenShare(share, views, maximum_views, count)


def look(share: OpenShare, *, language: str, country: str | None, agent: str) -> tuple[CredentialPage, ...]:
    """Look at a share: one view is counted and logged, and every credential in it is checked now.

    Raises:
        Refused: ``share-used-up`` where somebody else used the last view in this moment, ``award-erased``.
    """
    if not _done(_COUNT_VIEW, [share.id]):
        raise _used_up()
    now = timezone.now()
    pages = []
    for item in _items(share, ELM):
        page = page_of(
            _report(item, now),
            language=language,
            country=country,
            checked_at=now,
            shown=item.fields,
            from_here=item.version is not None,
        )
        pages.append(page)
        if item.version is not None:
            counts.add(item.organisation, item.version, counts.VERIFIED)
    if share.views < _LONGEST_LOG:  # as it was found: no look is logged that was not counted
        outcome = ", ".join(dict.fromkeys(page.banner.kind for page in pages))
        _done(_LOG, [share.id, _stored(now), outcome[:30], kind_of_browser(agent)])
    return tuple(pages)


def sealed_part(share: OpenShare, place: int) -> bytes | None:
    """The wallet credential of the share's credential at this place, showing only the shared fields; still sealed.

    None where there is no such place, the credential came as a file of another format, or the holder hides a field that
    every sealed file says.
    """
    items = list(_items(share, SD_JWT_VC))
    if place >= len(items) or items[place].version is None:
        return None
    item = items[place]
    sealed = item.data.decode()
    if not says_openly(sealed) <= item.fields:
        return None
    return disclose(sealed, item.fields).encode()


def _items(share: OpenShare, format_name: str) -> Iterator[_Item]:
    for fields, held, file, organisation, version, erased, kept, page_at, page in _ask(_ITEMS, [format_name, share.id]):
        if version is not None and erased:
            raise refusal_of_erased()
        data = bytes(file) if file is not None else sealed_bytes(kept, page_at, page)
        yield _Item(frozenset(json.loads(fields)), held, data, organisation, version)


def _report(item: _Item, now: datetime) -> VerificationReport:
    report = sources.check(item.data, now=now)
    if item.version is None:
        holding.remember_check(item.held, report, now)
    return report


def _ask(question: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def _done(statement: str, values: list[Any]) -> int:
    """How many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def _stored(moment: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(moment)


def _used_up() -> Refused:
    return Refused("share-used-up", "This link was made for a number of views that is used up.")
