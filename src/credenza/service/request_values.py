"""What a request says, read so that nonsense is an answer and never a fault: numbers, ids, texts without NUL, sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Manager, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404

M = TypeVar("M", bound=Model)
_MOST_DIGITS = 9
LARGEST_REQUEST = 26_000_000  # five files of 5 MB for a case of recognition


def whole_number(text: str | None) -> int | None:
    """A number of at most nine ASCII digits, which every database and ``int`` take; else None."""
    found = text or ""
    return int(found) if found.isascii() and found.isdigit() and len(found) <= _MOST_DIGITS else None


def identifier(text: str | None) -> UUID | None:
    """A UUID, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def one_of(mine: QuerySet[M] | Manager[M], pk: str | None) -> M:
    """The one of these things that a form or an address names by its UUID.

    Raises:
        Http404: it is none of them, or no UUID.
    """
    named = identifier(pk)
    if named is None:
        raise Http404
    return get_object_or_404(mine, pk=named)


def behind_a_secret(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret, kept out of search engines.

    No other site sees the link in a Referer, as of every page here. ``no-referrer`` would hide it from this site too, and
    with it the origin of the page's own form, which cross-site protection must see.
    """
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


class NotTooLarge:
    """Middleware: a request that says it is larger than anything here takes is refused before any of it is read (413).

    The parts of a form would else lie on the disk before anybody looks at their sizes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and len(length) <= _MOST_DIGITS and int(length) <= LARGEST_REQUEST:
            return self._get_response(request)
        words = f"A request has {LARGEST_REQUEST // 1_000_000} MB at most."
        return HttpResponse(words, status=413, content_type="text/plain")


class NoNul:
    """Middleware: no text of an address or a form holds a NUL, which PostgreSQL takes nowhere (400).

    Bodies that are not forms are read, and refused, by whoever takes them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or any(map(_has_nul, request.GET.lists())):
            return HttpResponseBadRequest("A NUL character is not a text.", content_type="text/plain")
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_args: Any) -> HttpResponse | None:
        """Forms are looked at only where cross-site protection has read them already."""
        if getattr(view, "csrf_exempt", False) or not any(map(_has_nul, request.POST.lists())):
            return None
        return HttpResponseBadRequest("A NUL character is not a text.", content_type="text/plain")


def _has_nul(field: tuple[str, list[str]]) -> bool:
    name, values = field
    return "\x00" in name or any("\x00" in value for value in values)


def kind_of_browser(agent: str) -> str:
    """Roughly what somebody uses, without what would single out one machine."""
    known = ("Firefox", "Edg", "Chrome", "Safari", "curl", "python")
    found = next((name for name in known if name.lower() in agent.lower()), "other")
    return "Edge" if found == "Edg" else found
