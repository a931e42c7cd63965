"""How often one address may ask in a minute; counted in the cache, without keeping the address itself."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
    key = f"limit:{name}:{digest}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        return int(cache.incr(key)) > a_minute
    except ValueError:  # it ended between the two calls
        return False


def client_address(request: HttpRequest) -> str:
    """The address that asks: the connection's, or the last one that a trusted proxy has written down."""
    proxies = settings.CREDENZA.trusted_proxies
    if proxies:
        forwarded = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
        if len(forwarded) >= proxies:
            return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
