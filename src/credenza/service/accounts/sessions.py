"""How long somebody stays signed in: until they sign out, do nothing for a while, or a working day is over.

What a browser keeps of the site is cleared when a session ends (``Clear-Site-Data``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest, HttpResponseBase

BEGAN, SEEN = "began", "seen"
_EVERY = 60  # seconds: a session is not written at each request


def connect() -> None:
    """Know when somebody signs in and out."""
    user_logged_in.connect(_begin, dispatch_uid="sessions")
    user_logged_out.connect(_end, dispatch_uid="sessions")


class Sessions:
    """Middleware: ends the session of who was away too long, or signed in too long ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key is not None and request.user.is_authenticated:
            _look_at(request, int(time.time()))
        response = self._get_response(request)
        if getattr(request, "has_signed_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _look_at(request: HttpRequest, now: int) -> None:
    began, seen = (request.session.get(name, 0) for name in (BEGAN, SEEN))
    if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.CREDENZA.session_idle_seconds:
        logout(request)
    elif now - seen > _EVERY:
        request.session[SEEN] = now


def _begin(request: HttpRequest | None, **_: Any) -> None:
    if hasattr(request, "session"):
        request.session[BEGAN] = request.session[SEEN] = int(time.time())


def _end(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.has_signed_out = True
