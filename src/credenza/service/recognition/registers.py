"""What an institution imports to check claims against: reports of quality assurance, and its table of national levels."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from credenza.adapters.deqar_source import fetch_reports
from credenza.adapters.fetch import GuardedFetch
from credenza.errors import MalformedInput
from credenza.recognition import deqar
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue.versions import folded
from credenza.service.recognition import marks
from credenza.service.recognition.models import NationalReferencing, RegisterReport
from credenza.vocabulary.frameworks import read_referencing

LARGEST_REGISTER = 11_000_000
LARGEST_TABLE = 2_000_000
MOST_REPORTS = 50_000
_A_BATCH = 500


def import_reports(organisation: Organisation, data: bytes, *, source: str, actor: User) -> int:
    """Keep the reports of a file in DEQAR's shape; one that is here already is replaced. How many there were.

    Raises:
        MalformedInput: ``file-too-large``, ``register-malformed``, ``register-too-long``, and those of JSON.
    """
    if len(data) > LARGEST_REGISTER:
        raise MalformedInput("file-too-large", "The file is larger than is taken at once (11 MB): import it in parts.")
    return _keep(organisation, deqar.read_reports(data), source, actor)


def fetcher() -> GuardedFetch:
    """The way to a register's address; the operator's token goes to the one address that it is for."""
    return GuardedFetch(bearer=settings.CREDENZA.deqar)


def fetch_and_import(organisation: Organisation, url: str, *, actor: User) -> int:
    """Keep the reports at an address, page after page.

    Raises:
        Unreachable, Refused, MalformedInput: as ``adapters.deqar_source.fetch_reports``.
    """
    return _keep(organisation, fetch_reports(fetcher(), url), url, actor)


def search(organisation: Organisation, words: str) -> QuerySet[RegisterReport]:
    """The imported reports that hold every word: number, agency, institution, programme."""
    found = organisation.register_reports.order_by("-number")
    for word in folded(words[:200]).split()[:8]:
        found = found.filter(search_text__contains=word)
    return found


def import_levels(organisation: Organisation, data: bytes, *, actor: User) -> int:
    """Take a CSV with the columns uri,country,eqf,label,source in place of the table before; how many rows.

    Raises:
        MalformedInput: ``file-too-large``, ``referencing-columns-missing``, ``referencing-row-malformed``.
    """
    if len(data) > LARGEST_TABLE:
        raise MalformedInput("file-too-large", "The table is larger than any table of levels (2 MB).")
    try:
        text = data.decode("utf-8")
        rows = read_referencing(text.replace("\x00", "\N{REPLACEMENT CHARACTER}").splitlines())
    except UnicodeDecodeError as error:
        raise MalformedInput("referencing-row-malformed", "The table is not UTF-8.") from error
    by_uri = {one.uri[:300]: one for one in rows}
    with transaction.atomic():
        organisation.national_levels.all().delete()
        NationalReferencing.objects.bulk_create(
            NationalReferencing(
                organisation=organisation,
                uri=uri,
                country=one.country,
                eqf=one.eqf,
                label=one.label[:300],
                source=(one.source or "")[:500],
            )
            for uri, one in by_uri.items()
        )
        marks.put_rules_again(marks.undecided().filter(organisation=organisation))
        audit.record(organisation, "frameworks.imported", actor=actor, rows=len(by_uri))
    return len(by_uri)


def _keep(organisation: Organisation, reports: Iterable[deqar.QualityReport], source: str, actor: User) -> int:
    now, by_number = timezone.now(), {}
    for one in reports:
        by_number[one.id] = one
        if len(by_number) > MOST_REPORTS:
            raise MalformedInput("register-too-long", f"There are more than {MOST_REPORTS:,} reports.")
        if "\\u0000" in one.model_dump_json():
            raise MalformedInput("register-malformed", f"Report {one.id} holds a character that no text may hold.")
    rows = [
        RegisterReport(
            organisation=organisation,
            number=number,
            search_text=_search_text(one),
            record=one.model_dump(mode="json"),
            source=source[:500],
            imported_at=now,
        )
        for number, one in by_number.items()
    ]
    with transaction.atomic():
        RegisterReport.objects.bulk_create(
            rows,
            batch_size=_A_BATCH,
            update_conflicts=True,
            unique_fields=["organisation", "number"],
            update_fields=["search_text", "record", "source", "imported_at"],
        )
        marks.put_rules_again(marks.undecided().filter(organisation=organisation))
        audit.record(organisation, "register.imported", actor=actor, reports=len(rows), source=source[:500])
    return len(rows)


def _search_text(report: deqar.QualityReport) -> str:
    names = [name for one in (*report.institutions, *report.programmes) for name in one.names]
    words = [str(report.id), *report.agencies, *names, report.activity_type, report.decision.value]
    return folded(" ".join(words))[:5_000]
