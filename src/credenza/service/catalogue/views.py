"""The catalogue that anyone can read, people and machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from credenza.document.elm import CONTEXTS, learning_opportunity
from credenza.service.accounts.accreditation_lines import shown
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue import terms
from credenza.service.catalogue.models import Definition, DefinitionVersion
from credenza.service.catalogue.offer import offer_of, schema_org
from credenza.service.catalogue.searching import WORKLOADS, changed_since, search
from credenza.service.catalogue.text_fields import language_name
from credenza.service.pathways.offers import counts_towards
from credenza.service.request_values import whole_number
from credenza.service.verification.views import reader_of
from credenza.vocabulary import LANGUAGES, vocabulary

_A_PAGE, _A_FEED = 24, 100
_FILTERS = ("q", "level", "workload", "field", "language", "mode", "provider", "skill")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Search and browse."""
    wish = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    page = Paginator(search(wish), _A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    language = get_language() or "en"
    providers = Organisation.objects.filter(definitions__published__isnull=False).distinct().order_by("name")[:300]
    choices = {
        "field": (
            _("Field"),
            [(one.notation, one.label(language)) for one in vocabulary("isced-f") if len(one.notation) == 2],
        ),
        "level": (_("Level"), [(str(level), f"{_('EQF')} {level}") for level in range(1, 9)]),
        "workload": (_("Workload"), _workloads()),
        "language": (_("Language"), [(code, language_name(code)) for code in LANGUAGES]),
        "mode": (_("Participation"), [(one.notation, one.label(language)) for one in vocabulary("mode")]),
        "provider": (_("Provider"), [(one.slug, one.name) for one in providers]),
    }
    context = {
        "nav": "catalogue",
        "page": page,
        "wish": wish,
        "narrowed": any(value for name, value in wish.items() if name != "q"),
        "query": kept.urlencode(),
        "filters": [(name, label, options, wish[name]) for name, (label, options) in choices.items()],
    }
    return render(request, "catalogue/index.html", context)


def _workloads() -> list[tuple[str, str]]:
    texts = (_("up to 1 ECTS"), _("1 to 3 ECTS"), _("3 to 6 ECTS"), _("over 6 ECTS"))
    return list(zip(WORKLOADS, texts, strict=True))


@require_GET
def show(request: HttpRequest, pk: str) -> HttpResponse:
    """The page of one micro-credential; a version's own page stays where awards point at it."""
    definition = get_object_or_404(Definition.objects.select_related("organisation", "published"), pk=pk)
    version = _version(request, definition)
    if "application/ld+json" in request.headers.get("Accept", ""):
        return machine(request, pk)
    language, country = reader_of(request)
    record = version.as_record
    address = _address(definition)
    context = {
        "nav": "catalogue",
        "definition": definition,
        "version": version,
        "offer": offer_of(record, language, country=country),
        "reader": language,
        "accreditations": [one for one in map(shown, definition.organisation.as_record.accreditations) if one.in_force],
        "towards": counts_towards(version, language),
        "schema": json.dumps(schema_org(record, page=address), ensure_ascii=False).replace("<", "\\u003c"),
    }
    return render(request, "catalogue/show.html", context)


@require_GET
def machine(request: HttpRequest, pk: str) -> HttpResponse:
    """The same as ELM JSON-LD."""
    definition = get_object_or_404(Definition.objects.select_related("organisation", "published"), pk=pk)
    return _json_ld(_loq(definition, _version(request, definition)))


@require_GET
def dump(request: HttpRequest) -> HttpResponse:
    """The catalogue as ELM JSON-LD, newest first; ``since`` for what changed, ``page`` for more."""
    page = Paginator(changed_since(_moment(request)), _A_FEED).get_page(request.GET.get("page"))
    graph = [_loq(version.definition, version) for version in page]
    body: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "@graph": [{k: v for k, v in one.items() if k != "@context"} for one in graph],
    }
    response = _json_ld(body)
    if page.has_next():
        response.headers["Link"] = (
            f'<{request.build_absolute_uri(request.path)}?page={page.next_page_number()}>; rel="next"'
        )
    return response


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """What is new, as an Atom feed (RFC 4287)."""
    versions = list(changed_since(_moment(request))[:50])
    updated = versions[0].published_at if versions else timezone.now()
    entries = "".join(_entry(version) for version in versions)
    here = f"{settings.SITE_URL}{request.path}"
    text = (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(here)}</id><title>Credenza</title><updated>{updated.isoformat()}</updated>"
        f'<link rel="self" href="{escape(here)}"/>{entries}</feed>'
    )
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@require_GET
def vocabulary_search(request: HttpRequest, name: str) -> JsonResponse:
    """Terms whose labels hold the words, in any language: for the search fields of forms."""
    return JsonResponse({"results": terms.search(name, request.GET.get("q", ""), get_language() or "en")})


def _version(request: HttpRequest, definition: Definition) -> DefinitionVersion:
    """The published version, or an older one that was published, by its number."""
    number = whole_number(request.GET.get("version"))
    if number is not None:
        return get_object_or_404(definition.versions.exclude(published_at=None), number=number)
    if definition.published is None:
        raise Http404
    return definition.published


def _loq(definition: Definition, version: DefinitionVersion) -> dict[str, Any]:
    record = version.as_record
    return learning_opportunity(record, page=f"{_address(definition)}#offer", language=record.title.languages[0][:2])


def _address(definition: Definition) -> str:
    return f"{settings.SITE_URL}{reverse('catalogue_show', args=[definition.pk])}"


def _entry(version: DefinitionVersion) -> str:
    address = _address(version.definition)
    when = version.published_at.isoformat() if version.published_at else ""
    return (
        f"<entry><id>{escape(version.definition.uri)}?version={version.number}</id><title>{escape(version.title)}</title>"
        f'<updated>{when}</updated><link href="{escape(address)}"/><author><name>'
        f"{escape(version.definition.organisation.name)}</name></author></entry>"
    )


def _moment(request: HttpRequest) -> datetime | None:
    text = request.GET.get("since", "")
    try:
        found = parse_datetime(text) if text else None
        found = timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found
        return found.astimezone(UTC) if found is not None else None
    except (ValueError, OverflowError):
        return None


def _json_ld(body: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/ld+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
