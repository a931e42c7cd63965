"""The end points of a node: plain HTTP in, the core's answer out. Whoever asks proves it by an HTTP signature."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from credenza.errors import CredenzaError
from credenza.exchange.ewp.http import Request, Response, error_response
from credenza.exchange.ewp.services import ServiceName
from credenza.service.accounts.models import Organisation
from credenza.service.exchange.ewp import node
from credenza.service.verification.rate_limits import client_address, over_limit

_A_MINUTE = 300


@require_GET
@cache_control(public=True, max_age=300)
def manifest(request: HttpRequest, slug: str) -> HttpResponse:
    """The discovery manifest, for the registry."""
    organisation = _organisation(slug)
    try:
        return HttpResponse(node.manifest_of(organisation), content_type="application/xml")
    except CredenzaError as error:
        return _http(error_response(error))


@csrf_exempt  # signed by a registered key; no cookie is looked at
def service(request: HttpRequest, slug: str, name: ServiceName) -> HttpResponse:
    """One service of the node."""
    organisation = _organisation(slug)
    if over_limit("ewp", client_address(request), a_minute=_A_MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    asked = Request(request.method or "", request.get_full_path(), _headers(request), request.body)
    try:
        return _http(node.respond(organisation, name, asked))
    except CredenzaError as error:
        return _http(error_response(error))


def _organisation(slug: str) -> Organisation:
    found: Organisation = get_object_or_404(Organisation, slug=slug, transfer__exchanges=True)
    return found


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in request.headers.items()}


def _http(response: Response) -> HttpResponse:
    made = HttpResponse(response.body, status=response.status)
    for name, value in response.headers.items():
        made[name] = value
    return made
