"""The EU's trusted lists, where the operator configured them: read by a worker, kept in the database, judged at each use.

The signature of every list is checked when it is read; whether it is still current, when it is used. A list that cannot be
read leaves the copy before it in place, as long as the list of lists still names the same signers for it; a copy older
than ``COUNTS_FOR`` confirms nothing. So neither a list out of date nor one that cannot be reached is ever shown as a yes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from credenza.adapters.fetch import GivenFetch, GuardedFetch
from credenza.adapters.file_fetch import FileFetch
from credenza.adapters.trusted_list_source import ACCEPT, LOTL_URL, fetch_lists
from credenza.errors import CredenzaError, MalformedInput
from credenza.finding import Finding, passed, warning
from credenza.ports.fetch import Fetch
from credenza.service.verification.models import TrustedListsCopy
from credenza.trust import certificates, qualified_seal, trusted_lists
from credenza.trust.trusted_list_xml import MAXIMUM_BYTES
from credenza.trust.trusted_lists import ListRead, TrustedServices
from credenza.verifying.evidence import JudgePath

RENEW_AFTER, TRY_AGAIN_AFTER = timedelta(hours=6), timedelta(minutes=30)
COUNTS_FOR = timedelta(days=2)
WORDS = ("ok", "incomplete", "out-of-date", "missing")
_OF_NO_LIST = frozenset({"seal-not-on-trusted-list", "trusted-list-incomplete"})
_LISTS: TypeAdapter[tuple[ListRead, ...]] = TypeAdapter(
    tuple[ListRead, ...], config={"ser_json_bytes": "base64", "val_json_bytes": "base64"}
)


@dataclass(frozen=True)
class Standing:
    """How the lists stand (one of ``WORDS``), when they were read, and what is wrong with them."""

    word: str
    read_at: datetime | None
    problems: tuple[str, ...]


def are_due(now: datetime) -> bool:
    """Whether the lists are configured and it is time to read them again."""
    address = settings.CREDENZA.trusted_lists
    fresh = TrustedListsCopy.objects.filter(address=address, read_at__gt=now - RENEW_AFTER)
    return address is not None and not fresh.exists()


def renew(now: datetime) -> None:
    """Read the lists, unless another process has just done so; what went wrong is written down, and the copy stays."""
    address = settings.CREDENZA.trusted_lists
    if address is None or not _claimed(address, now):
        return
    copy = TrustedListsCopy.objects.get(address=address)
    try:
        read = _read(address, _lists_of(copy), now)
    except CredenzaError as error:
        TrustedListsCopy.objects.filter(address=address).update(problem=error.message)
        return
    lists = _LISTS.dump_json(read).decode()
    TrustedListsCopy.objects.filter(address=address).update(lists=lists, read_at=now, problem="")


def services(now: datetime) -> TrustedServices:
    """The services of the lists as they count now; none where none are configured, or none could be read yet."""
    copy = _copy()
    lists = _lists_of(copy) if copy is not None else ()
    if not lists:
        return TrustedServices((), ())
    return trusted_lists.services_of(lists, at=now, not_older_than=COUNTS_FOR)


def judging(listed: TrustedServices, *, others: Collection[bytes]) -> JudgePath | None:
    """How a path of certificates is judged; None where no lists are configured.

    What ``others`` (DER) vouch for, whom the operator trusts besides the lists, needs to stand on none of them. What the
    lists of a demonstration say is a warning at best: they are made up.
    """
    if settings.CREDENZA.trusted_lists is None:
        return None

    def judge(path: tuple[bytes, ...], at: datetime) -> Finding:
        found = qualified_seal.judge(path, listed, at=at)
        if path[-1] in others and found.code in _OF_NO_LIST:
            return passed("issuer-trusted", "An authority that the operator of this site trusts vouches for the seal.")
        if settings.CREDENZA.demo and found.outcome == "passed":
            reason = "This is a demonstration, whose trusted lists may be made up: do not rely on the seal."
            return warning("seal-lists-demonstration", reason)
        return found

    return judge


def standing(now: datetime) -> Standing | None:
    """How the lists stand now; None where none are configured."""
    if settings.CREDENZA.trusted_lists is None:
        return None
    copy = _copy()
    lists = _lists_of(copy) if copy is not None else ()
    if copy is None or not lists:
        return Standing("missing", None, (copy.problem,) if copy is not None and copy.problem else ())
    found = trusted_lists.findings_of(lists, at=now, not_older_than=COUNTS_FOR)
    problems = tuple(dict.fromkeys(one.reason for one in found if one.outcome != "passed"))
    word = "out-of-date" if lists[0].late(now, COUNTS_FOR) else "incomplete" if problems else "ok"
    return Standing(word, copy.read_at, (copy.problem, *problems) if copy.problem else problems)


def told(now: datetime) -> str:
    """Where the trust in seals comes from, in a sentence for the page of a check."""
    stand = standing(now)
    if stand is None:
        return _("The certificate or key document of the issuer, and the lists of whom this site trusts")
    if stand.read_at is None:
        return _("The certificate or key document of the issuer. This site could not read the EU's trusted lists yet.")
    address = settings.CREDENZA.trusted_lists
    place = address if "://" in address else Path(address).name  # where a file lies is nobody's business
    values = {"address": place, "day": date_format(localtime(stand.read_at), "DATETIME_FORMAT")}
    if stand.word == "ok":
        return (
            _("The certificate or key document of the issuer, and the trusted lists of %(address)s, read on %(day)s")
            % values
        )
    if stand.word == "incomplete":
        return (
            _(
                "The certificate or key document of the issuer, and the trusted lists of %(address)s, read on %(day)s. Not all"
                " of them could be read."
            )
            % values
        )
    return (
        _(
            "The certificate or key document of the issuer. The copy of the trusted lists of %(address)s, read on %(day)s, is"
            " out of date and does not count."
        )
        % values
    )


def _claimed(address: str, now: datetime) -> bool:
    """Whether it is this process that reads the lists now."""
    _kept, made = TrustedListsCopy.objects.get_or_create(address=address, defaults={"tried_at": now})
    long_ago = TrustedListsCopy.objects.filter(address=address, tried_at__lte=now - TRY_AGAIN_AFTER)
    return made or bool(long_ago.update(tried_at=now))


def _read(address: str, before: tuple[ListRead, ...], now: datetime) -> tuple[ListRead, ...]:
    signers = certificates.from_pem(_file(str(settings.CREDENZA.list_signers)))
    url, fetch = _fetcher(address)
    lists = fetch_lists(fetch, signers=signers, at=now, lotl_url=url)
    first = lists[0].finding
    if first.outcome != "passed":
        raise MalformedInput(first.code, first.reason)
    return trusted_lists.with_former(lists, before)


def _fetcher(address: str) -> tuple[str, Fetch]:
    network = GuardedFetch(allow_loopback=settings.CREDENZA.allow_loopback)
    if "://" in address:
        return address, network
    return LOTL_URL, GivenFetch({LOTL_URL: (ACCEPT[0], _file(address))}, network)


def _file(path: str) -> bytes:
    return FileFetch(timezone.now)(path, accept=("*/*",), maximum_bytes=MAXIMUM_BYTES).content


def _copy() -> TrustedListsCopy | None:
    """The copy of the lists that are configured, but for the lists themselves."""
    return TrustedListsCopy.objects.defer("lists").filter(address=settings.CREDENZA.trusted_lists).first()


def _lists_of(copy: TrustedListsCopy) -> tuple[ListRead, ...]:
    return _stored(copy.address, copy.read_at) if copy.read_at is not None else ()


@lru_cache(maxsize=2)
def _stored(address: str, read_at: datetime) -> tuple[ListRead, ...]:
    """What was read at a time; nothing where it is replaced by now, which the next question finds."""
    lists = TrustedListsCopy.objects.filter(address=address, read_at=read_at).values_list("lists", flat=True).first()
    return _LISTS.validate_json(lists) if lists else ()
