"""The short way to what programs use: past everything that only pages need.

No cookie is looked at there, so there is no session, nobody signed in, no form and no message. What stays: transport (the
middleware before this one), the host, no NUL, the caller's language, and headers that let no browser make a page of an answer.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve

from credenza.service.api.problems import problem
from credenza.service.request_values import NoNul

_ADDRESSES = "credenza.service.program_urls"
_POLICY = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
Answer = Callable[[HttpRequest], HttpResponseBase]


class Programs:
    """Middleware: answers what ``program_urls`` names, passes all else on."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response
        self._answer: Answer = LocaleMiddleware(convert_exception_to_response(NoNul(_answered)))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(settings.PROGRAM_PATHS):
            return self._get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problem(
                403, "https-required", "Ask over https. What was sent over http may have been read: change the key."
            )
        try:
            request.resolver_match = resolve(request.path_info, _ADDRESSES)
        except Resolver404:
            return self._get_response(request)
        response = self._answer(request)
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Frame-Options"] = "DENY"
        return response


def _answered(request: HttpRequest) -> HttpResponseBase:
    request.get_host()  # refuses one that is not ours
    view, arguments, named = request.resolver_match
    answer: HttpResponseBase = view(request, *arguments, **named)
    return answer
