"""How often one address may ask in a minute, without keeping the address itself.

One process (SQLite) counts in its memory. With PostgreSQL there may be several, on several machines, so all of them count
in one row, by one statement: two who count at the same moment both count.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from credenza.service.verification.models import RequestCount

_WITH_PORT = re.compile(r"\A(?:\[(.+)\]|([0-9.]+))(?::\d+)?\Z")
_COUNT = (
    "INSERT INTO verification_requestcount AS counted (key, minute, count) VALUES (%s, %s, 1)"
    " ON CONFLICT (key) DO UPDATE SET count = counted.count + 1 RETURNING count"
)


def limited(name: str, *, a_minute: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """At most so many POST requests a minute from one address; more are answered with 429 and when to come back."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and over_limit(name, client_address(request), a_minute=a_minute):
                response = render(request, "429.html", status=429)
                response["Retry-After"] = "60"
                return response
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def over_limit(name: str, who: str, *, a_minute: int) -> bool:
    """Count one more; whether that is more than allowed."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}{who}".encode()).hexdigest()[:24]
    minute = int(time.time() // 60)
    key = f"{name}:{digest}:{minute}"
    counted = _counted_here(key) if connection.vendor == "sqlite" else counted_together(key, minute)
    return counted > a_minute


def _counted_here(key: str) -> int:
    cache.add(f"limit:{key}", 0, timeout=120)
    try:
        return int(cache.incr(f"limit:{key}"))
    except ValueError:  # it ended between the two calls
        return 1


def counted_together(key: str, minute: int) -> int:
    """One more under this key; how many there are now, whoever counted them."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, minute])
        counted = int(cursor.fetchone()[0])
    if minute != _tidied_in:
        _tidy(minute)
    return counted


_tidied_in = 0


def _tidy(minute: int) -> None:
    """What was counted some minutes ago is forgotten; each process sees to it once a minute."""
    global _tidied_in
    _tidied_in = minute
    RequestCount.objects.filter(minute__lt=minute - 2).delete()


def client_address(request: HttpRequest) -> str:
    """The address that asks: the connection's, or the last one that a trusted proxy has written down.

    Of IPv6 it is the network (/64): whoever has one address there has all.
    """
    proxies = settings.CREDENZA.trusted_proxies
    given = str(request.META.get("REMOTE_ADDR", ""))
    if proxies:
        forwarded = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
        if len(forwarded) >= proxies:
            given = forwarded[-proxies]
    return _counted_as(given)


@lru_cache(maxsize=4096)
def _counted_as(given: str) -> str:
    try:
        address = ip_address(_WITH_PORT.sub(r"\1\2", given))
    except ValueError:
        return given
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Network((address, 64), strict=False).network_address)
    return str(address)
