"""How long somebody stays signed in: until they sign out, do nothing for a while, or a working day is over.

Each session is a ``SignIn`` that its person can see and end. What a browser keeps of the site is cleared when a session
ends (``Clear-Site-Data``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.signals import password_changed, password_set
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from credenza.service.accounts.models import SignIn, User
from credenza.service.request_values import kind_of_browser

BEGAN, SEEN, SIGN_IN = "began", "seen", "sign_in"
_EVERY = 60  # seconds: a session is not written at each request


def connect() -> None:
    """Know when somebody signs in and out, and when a session gets another key."""
    user_logged_in.connect(_begin, dispatch_uid="sessions")
    user_logged_out.connect(_end, dispatch_uid="sessions")
    for signal in (password_changed, password_set):
        signal.connect(_renew, dispatch_uid="sessions")


def sessions_of(user: User) -> list[SignIn]:
    """Where the person is signed in now, the latest first; what has ended is forgotten."""
    idle = timedelta(seconds=settings.CREDENZA.session_idle_seconds + _EVERY)
    there = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    user.sign_ins.exclude(session_key__in=there, seen_at__gt=timezone.now() - idle).delete()
    return list(user.sign_ins.order_by("-seen_at"))


def end(user: User, *, only: int | None = None) -> None:
    """Sign the person out everywhere at once, or of one of their sessions."""
    with transaction.atomic():
        ended = user.sign_ins.filter(pk=only) if only is not None else user.sign_ins.all()
        Session.objects.filter(session_key__in=list(ended.values_list("session_key", flat=True))).delete()
        ended.delete()


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
        SignIn.objects.filter(pk=request.session.get(SIGN_IN)).update(seen_at=timezone.now())


def _begin(request: HttpRequest | None, user: User, **_: Any) -> None:
    if not hasattr(request, "session"):
        return
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    if request.session.session_key is None:
        request.session.save()
    sessions_of(user)
    began, _made = SignIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "agent": kind_of_browser(request.META.get("HTTP_USER_AGENT", ""))},
    )
    request.session[SIGN_IN] = began.pk


def _renew(request: HttpRequest, **_: Any) -> None:
    SignIn.objects.filter(pk=request.session.get(SIGN_IN)).update(session_key=request.session.session_key)


def _end(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.has_signed_out = True
        SignIn.objects.filter(pk=request.session.get(SIGN_IN)).delete()
