"""The W3C VC API over HTTP: who may ask, and then ``credenza.exchange.vc_api.respond``.

At the root an API key says whose instance issues; under ``/vc/NAME/`` the address does. Verifying and resolving need no
key, but are limited for those without one. No cookie is looked at, so there is nothing that a foreign form could use.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from credenza.errors import Refused
from credenza.exchange.vc_api import Instance, Issuer, respond
from credenza.service.api import keys as api_keys
from credenza.service.api import scopes
from credenza.service.api.access import caller_of
from credenza.service.api.models import ApiKey
from credenza.service.exchange import vc_instances, vc_status
from credenza.service.exchange.models import VcInstance
from credenza.service.verification import own_site
from credenza.service.verification.rate_limits import client_address, over_limit

SCOPES = {
    "/credentials/issue": scopes.VC_ISSUE,
    "/presentations/create": scopes.VC_ISSUE,
    "/credentials/status": scopes.VC_STATUS,
}
WITHOUT_KEY_A_MINUTE = 120


@csrf_exempt
def end_point(request: HttpRequest, path: str, name: str | None = None) -> HttpResponse:
    """One end point of an instance, or of the organisation whose API key is sent."""
    path = f"/{path}"
    key = api_keys.key_of(request, SCOPES[path]) if path in SCOPES else None
    stored = VcInstance.objects.filter(name=name).select_related("organisation").first() if name else None
    if name and stored is None:
        return _problem(404, "There is no such instance.")
    refusal = _refusal(key, stored, path) if path in SCOPES else _too_many(request, stored)
    if refusal is not None:
        return refusal
    if stored is None and key is not None and path in SCOPES:
        stored = vc_instances.instance_of(key.organisation)
    actor = f"api-key:{key.id}" if key else "demonstration"
    reply = respond(
        request.method or "",
        quote(path, safe="/"),
        request.body,
        _instance(stored, actor=actor),
        now=timezone.now(),
        query=request.GET.dict(),
    )
    return JsonResponse(reply.body, status=reply.status, json_dumps_params={"ensure_ascii": False})


def _refusal(key: ApiKey | None, stored: VcInstance | None, path: str) -> HttpResponse | None:
    """Why a caller may not sign or change a status, if so."""
    if key is None:
        if _is_open(stored):
            return None
        response = _problem(401, "An API key with the scope for this end point is needed.")
        response["WWW-Authenticate"] = "Bearer"
        return response
    if stored is not None and stored.organisation_id != key.organisation_id:
        return _problem(404, "There is no such instance.")
    try:
        if key.created_by is not None:  # else an operator made it (see ``add_vc_instance``)
            caller_of(key, scopes.SCOPES[SCOPES[path]].roles)
    except Refused as error:
        return _problem(403, error.message)
    return None


def _too_many(request: HttpRequest, stored: VcInstance | None) -> HttpResponse | None:
    """Whether an address without a key asks too often."""
    if _is_open(stored) or api_keys.has_scope(request, scopes.VC_VERIFY):
        return None
    if not over_limit("vc-api", client_address(request), a_minute=WITHOUT_KEY_A_MINUTE):
        return None
    response = _problem(429, "Too many requests without an API key; try again in a minute.")
    response["Retry-After"] = "60"
    return response


def _is_open(stored: VcInstance | None) -> bool:
    """Whether anyone may use an instance: never outside a demonstration, whatever the database says."""
    return stored is not None and stored.open and settings.CREDENZA.mode != "production"


def _instance(stored: VcInstance | None, *, actor: str) -> Instance:
    site = own_site.current()
    issuer = _issuer(stored, actor) if stored else None
    return Instance(site.find_method, site.find_method.did_document, site, issuer)


def _issuer(stored: VcInstance, actor: str) -> Issuer:
    identity = vc_instances.identity_of(stored)
    return Issuer(
        id=identity.id,
        mechanism=stored.mechanism,
        signer=identity.signer,
        new_id=vc_instances.new_id,
        random_bytes=vc_instances.random_bytes,
        one_time_signer=vc_instances.one_time_signer,
        register=vc_status.Register(stored, actor=actor) if stored.with_status else None,
    )


def _problem(status: int, detail: str) -> JsonResponse:
    return JsonResponse({"type": "about:blank", "status": status, "detail": detail}, status=status)
