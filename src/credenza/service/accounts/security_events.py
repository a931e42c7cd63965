"""Sign-ins, attempts that failed and what was refused, as events of the log: for whoever watches over the site.

No event has personal data: ``who`` is a digest of the account (or of the address that was tried), which tells two apart and
which only somebody with the site's secret key can work out for a given account. A route is the pattern of an address.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import structlog
from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponseBase

_log = structlog.get_logger("credenza.security")
_REFUSED = {401: "no-access", 403: "not-allowed", 429: "too-often"}
_STEPS = frozenset(
    {"mfa_authenticate", "mfa_reauthenticate", "account_confirm_login_code", "account_reauthenticate", "mfa_trust"}
)
"""Forms in which a code or a password is given by somebody already half signed in: shown again where it was wrong."""
_CHANGES = {
    "password-changed": account.password_changed,
    "password-set": account.password_set,
    "password-reset": account.password_reset,
    "address-changed": account.email_changed,
    "second-factor-added": second_factor.authenticator_added,
    "second-factor-removed": second_factor.authenticator_removed,
    "second-factor-reset": second_factor.authenticator_reset,
}


def digest_of(who: object) -> str:
    """What tells an account (its id) or an address that was tried from others in the log."""
    text = f"security-event:{str(who).strip().lower()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:16]


def connect() -> None:
    """Write down what Django and allauth tell of."""
    user_logged_in.connect(_signed_in, dispatch_uid="security-events")
    user_logged_out.connect(_signed_out, dispatch_uid="security-events")
    user_login_failed.connect(_failed, dispatch_uid="security-events")
    for event, signal in _CHANGES.items():
        signal.connect(_change(event), weak=False, dispatch_uid=f"security-events-{event}")


class SecurityEvents:
    """Middleware: what was refused: without access (401), not allowed (403), another's or nothing (404), too often (429)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        match = request.resolver_match
        if match is None:
            return response
        reason = _REFUSED.get(response.status_code)
        if response.status_code == 404 and match.kwargs and _caller(request):
            reason = "not-theirs"
        if reason is not None:
            _log.warning("refused", reason=reason, route=match.route, method=request.method, who=_caller(request))
        elif match.url_name in _STEPS and request.method == "POST" and response.status_code == 200:
            _log.warning("sign-in-failed", step=match.url_name, who=_caller(request))
        return response


def _caller(request: HttpRequest) -> str:
    """A digest of who asks: the account, or the program by its key; empty where neither is known."""
    key = getattr(getattr(request, "auth", None), "pk", None)
    if key is not None:
        return digest_of(key)
    user = getattr(request, "user", None)
    return digest_of(user.pk) if user is not None and user.is_authenticated else ""


def _signed_in(request: HttpRequest | None, user: Any, **_: Any) -> None:
    ways = request.session.get("account_authentication_methods", []) if hasattr(request, "session") else []
    methods = sorted({str(one.get("method", "")) for one in ways})
    _log.info("signed-in", who=digest_of(user.pk), methods=methods)


def _signed_out(user: Any, **_: Any) -> None:
    if user is not None:
        _log.info("signed-out", who=digest_of(user.pk))


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    tried = credentials.get("email") or credentials.get("username") or credentials.get("login") or ""
    _log.warning("sign-in-failed", step="password", who=digest_of(tried))


def _change(event: str) -> Callable[..., None]:
    def told(user: Any, **_: Any) -> None:
        _log.info(event, who=digest_of(user.pk))

    return told
