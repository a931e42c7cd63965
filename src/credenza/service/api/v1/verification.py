"""Verifying for machines: the same report as everywhere, without a key within a limit."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.errors import Throttled

from credenza.errors import MalformedInput
from credenza.service.api import keys, scopes
from credenza.service.verification import incoming, sources
from credenza.service.verification.rate_limits import client_address, over_limit

router = Router(tags=["Verification"])
WITHOUT_KEY_A_MINUTE = 60
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "*/*": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}, "text": {"type": "string"}},
                }
            },
        },
    }
}


@router.post("/verify", response=dict[str, Any], summary="Verify a credential", auth=None, openapi_extra=_BODY)
def verify(request: HttpRequest) -> HttpResponse:
    """The file is the body itself, of any media type, or ``file`` or ``text`` of a form; nothing of it is kept.

    The report: ``verdict`` (verified, partially_verified, failed), ``checks`` with their outcomes, and the ``record``.
    Without an API key an address may ask sixty times a minute; the scope ``verify`` lifts that.
    """
    known = keys.has_scope(request, scopes.VERIFY)
    if not known and over_limit("api-verify", client_address(request), a_minute=WITHOUT_KEY_A_MINUTE):
        raise Throttled(wait=60)
    found = _handed_in(request)
    if isinstance(found, incoming.Elsewhere):
        raise MalformedInput("link-to-this-site", f"This is a page of this site: open {found.path[:200]}.")
    report = orjson.dumps(sources.check(found, now=timezone.now()).to_json())
    return HttpResponse(report, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def _handed_in(request: HttpRequest) -> bytes | incoming.Elsewhere:
    if request.content_type == "multipart/form-data":
        upload = request.FILES.get("file")
        if upload is None:
            return incoming.credential_of(request.POST.get("text", ""))
        return incoming.handed_in(upload.read(sources.LARGEST_FILE + 1))
    data = request.body
    if data[:8].lower().startswith((b"http://", b"https://")):
        return incoming.credential_of(data[:2100].decode("utf-8", "replace"))
    if not data.strip():
        raise MalformedInput("file-empty", "There is nothing to check.")
    return incoming.handed_in(data)
