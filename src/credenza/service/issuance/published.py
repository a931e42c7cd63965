"""Keys and status lists as this site serves them: public, cached, without session, cookies or any other middleware.

It answers before everything else, because whoever checks a credential anywhere asks for these. What the process has read is
kept for a second, so that a list which changes is out of date for no longer than that.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from credenza.service.verification import own_documents

FRESH_FOR, MOST_KEPT = 1.0, 512
LISTS_LIVE, KEYS_LIVE = 300, 300  # seconds; the lists' own ttl
_OURS = re.compile(r"/(?:o/[^/]+/(?:did\.json|jwks\.json|status/)|\.well-known/jwt-vc-issuer/o/|vc/[^/]+/status/)")
_METHODS = "GET, HEAD, OPTIONS"
_CREDENTIAL = "application/vc"
_SAME_AS_JSON = [
    "application/ld+json",
    "application/json",
]  # what a credential is too, for those who know no other type


class PublishedDocuments:
    """The first middleware: answers for published documents, passes all else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._kept: dict[str, tuple[float, own_documents.OwnDocument | None, str]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _OURS.match(request.path_info) or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
            return self._get_response(request)
        if request.method == "OPTIONS":
            return _shared(HttpResponse(status=204, headers={"Access-Control-Allow-Methods": _METHODS}))
        if request.method not in ("GET", "HEAD"):
            return _shared(HttpResponse(status=405, headers={"Allow": _METHODS}))
        document, etag = self._read(request.path_info)
        if document is None:
            return _shared(HttpResponse(b"Nothing is published here.\n", status=404, content_type="text/plain"))
        return self._answer(request, document, etag)

    def _read(self, path: str) -> tuple[own_documents.OwnDocument | None, str]:
        now = time.monotonic()
        kept = self._kept.get(path)
        if kept is not None and now - kept[0] < FRESH_FOR:
            return kept[1], kept[2]
        document = own_documents.at_path(path)
        etag = f'"{document.etag or hashlib.sha256(document.data).hexdigest()[:32]}"' if document else ""
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[path] = (now, document, etag)
        return document, etag

    def _answer(self, request: HttpRequest, document: own_documents.OwnDocument, etag: str) -> HttpResponseBase:
        answer = HttpResponse(document.data, content_type=_media_type(request, document))
        if document.media_type == _CREDENTIAL:
            answer["Vary"] = "Accept"
        answer["ETag"], answer["Content-Length"] = etag, str(len(document.data))
        answer["Cache-Control"] = f"public, max-age={LISTS_LIVE if '/status/' in request.path_info else KEYS_LIVE}"
        if "HTTP_IF_NONE_MATCH" in request.META:
            answer = get_conditional_response(request, etag=etag, response=answer)
        return _shared(answer)


def _media_type(request: HttpRequest, document: own_documents.OwnDocument) -> str:
    """What a credential is called: libraries that ask for JSON read nothing else, and could not tell what is revoked."""
    if document.media_type != _CREDENTIAL or request.accepts(_CREDENTIAL):
        return document.media_type
    return request.get_preferred_type(_SAME_AS_JSON) or _CREDENTIAL


def _shared(answer: HttpResponseBase) -> HttpResponseBase:
    """Anybody's page may read it; nobody may guess what it is."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
