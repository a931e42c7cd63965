"""The page that anyone can use to check a credential, and what the QR code on a certificate opens."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from credenza.errors import CredenzaError, MalformedInput
from credenza.service.accounts.models import Organisation
from credenza.service.issuance.models import Award
from credenza.service.verification import counting, incoming, sources
from credenza.service.verification.page import page_of
from credenza.service.verification.rate_limits import limited
from credenza.vocabulary import LANGUAGES, national_levels, vocabulary


@never_cache
@require_http_methods(["GET", "POST"])
@limited("verify", a_minute=60)
def check(request: HttpRequest) -> HttpResponse:
    """Check a file, a text, a link or a picture of a code; nothing of it is kept."""
    if request.method == "GET":
        return render(request, "verification/check.html", _form(request))
    try:
        data = _handed_in(request)
        if isinstance(data, incoming.Elsewhere):
            return redirect(data.path)
        now = timezone.now()
        report = sources.check(data, now=now)
    except CredenzaError as error:
        context = _form(request) | {"error": error.message, "code": error.code}
        return render(request, "verification/check.html", context, status=422)
    counting.count(report)
    language, country = reader_of(request)
    page = page_of(report, language=language, country=country, checked_at=now)
    context = _form(request) | {"page": page, "not_carried": report.not_carried}
    return render(request, "verification/result.html", context)


@never_cache
@require_POST
@limited("scan", a_minute=240)
def scan(request: HttpRequest) -> JsonResponse:
    """One picture of the camera: the text of the QR code in it, or null; the picture is not kept."""
    picture = request.FILES.get("picture")
    if picture is None or picture.size > 2_000_000:
        return JsonResponse({"error": "picture-too-large"}, status=400)
    try:
        return JsonResponse({"text": incoming.code_in(picture.read())})
    except MalformedInput as error:
        return JsonResponse({"error": error.code}, status=400)


@never_cache
@require_http_methods(["GET", "POST"])
@limited("number", a_minute=60)
def number(request: HttpRequest, slug: str) -> HttpResponse:
    """What the code on a certificate opens: does the issuer know this number, and does it still stand?

    It tells no personal data: whoever has only a picture of a certificate learns nothing about its holder.
    """
    organisation = get_object_or_404(Organisation, slug=slug)
    context: dict[str, Any] = {"nav": "verify", "organisation": organisation}
    if request.method == "POST":
        context |= {"asked": request.POST.get("number", "")[:100], "now": timezone.now()}
        context["award"] = _known(organisation, context["asked"])
    return render(request, "verification/number.html", context)


def reader_of(request: HttpRequest) -> tuple[str, str | None]:
    """The reader's language and country: as chosen on the page, else the person's own, else the interface's language."""
    chosen = request.POST.get("reader") or request.GET.get("reader") or ""
    person = request.user if request.user.is_authenticated else None
    language = next(
        (one for one in (chosen, getattr(person, "language", ""), get_language()) if one in LANGUAGES), "en"
    )
    country = request.POST.get("country") or request.GET.get("country") or getattr(person, "country", "") or None
    return language, country if country and vocabulary("country").find(country) else None


def _handed_in(request: HttpRequest) -> bytes | incoming.Elsewhere:
    upload = request.FILES.get("file")
    if upload is None:
        return incoming.credential_of(request.POST.get("text", ""))
    return incoming.handed_in(upload.read(sources.LARGEST_FILE + 1))


def _known(organisation: Organisation, text: str) -> Award | None:
    try:
        identifier = uuid.UUID(text.strip().removeprefix("urn:uuid:"))
    except ValueError:
        return None
    return Award.objects.filter(organisation=organisation, pk=identifier).first()


def _form(request: HttpRequest) -> dict[str, Any]:
    language, country = reader_of(request)
    return {
        "nav": "verify",
        "reader": language,
        "reader_languages": _languages(),
        "country": country,
        "countries": _countries_with_framework(language),
    }


@cache
def _countries_with_framework(language: str) -> list[tuple[str, str]]:
    """The countries whose national qualifications framework is known here, by name."""
    known = (one for one in vocabulary("country") if len(one.notation) == 2 and national_levels(6, one.notation))
    return sorted(((one.notation, one.label(language)) for one in known), key=lambda pair: pair[1])


@cache
def _languages() -> list[tuple[str, str]]:
    """The languages in which a credential is told, each by its own name."""
    found = {code: vocabulary("language").find(code) for code in LANGUAGES}
    return [(code, one.label(code) if one else code) for code, one in found.items()]
