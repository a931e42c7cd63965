"""The first page, how personal data is treated, and what people see when something breaks."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from credenza.errors import CredenzaError
from credenza.service.api.problems import of_fault


def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins: check, hold, find, issue."""
    return render(request, "home.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, and for how long (GDPR articles 13 and 14)."""
    return render(request, "privacy.html")


class WrongMethod:
    """Middleware: whoever opens an address that only takes what a button sends is told so, in place of an empty page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if response.status_code == 405 and not response.content and request.accepts("text/html"):
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: 500; 503 when it was the database or the mail server, so that people and machines try again.

    The pages need no database, no session and no context. Programs are told by a problem, as of everything else.
    """
    error = sys.exc_info()[1]
    post = isinstance(error, CredenzaError) and error.code in ("mail-away", "mail-address-refused")
    away = post or isinstance(error, OperationalError | InterfaceError)
    if request.path_info.startswith(settings.PROGRAM_PATHS):
        response = of_fault(away)
    else:
        response = HttpResponse(
            render_to_string("503.html" if away else "500.html", {"post": post}), status=503 if away else 500
        )
    if away:
        response["Retry-After"] = "30"
    return response
