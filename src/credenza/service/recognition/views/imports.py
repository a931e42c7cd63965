"""What a desk imports: reports of quality assurance, and its own table of national levels."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from credenza.errors import CredenzaError, MalformedInput
from credenza.recognition.deqar import QualityReport
from credenza.service.accounts.access import may, member
from credenza.service.accounts.models import Organisation, Role
from credenza.service.countries import country_name, named
from credenza.service.recognition import desks, registers
from credenza.service.recognition.views.desk_page import desk_page
from credenza.service.verification.rate_limits import limited

_A_PAGE = 50


@limited("register", a_minute=10)
@require_http_methods(["GET", "POST"])
@member(Role.EVALUATOR, Role.READER)
def register(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The imported reports, to search; and bring more from a file or an address."""
    problem = ""
    if request.method == "POST" and may(request.roles, Role.EVALUATOR):
        try:
            count = _import(request, organisation)
        except CredenzaError as error:
            problem = error.message
        else:
            told = ngettext("%(n)s report was taken over.", "%(n)s reports were taken over.", count)
            messages.success(request, told % {"n": count})
            return redirect("desk_register", organisation.slug)
    wanted = request.GET.get("q", "").strip()[:100]
    page = Paginator(registers.search(organisation, wanted), _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(one, QualityReport.model_validate(one.record)) for one in page],
        "page": page,
        "words": wanted,
        "problem": problem,
        "may_write": may(request.roles, Role.EVALUATOR),
    }
    status = 422 if problem else 200
    return desk_page(request, "register", "register", context, status=status)


@require_http_methods(["GET", "POST"])
@member(Role.EVALUATOR, Role.READER)
def levels(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The levels of a country's frameworks, each with who says so; and the institution's own table."""
    problem = ""
    if request.method == "POST" and may(request.roles, Role.EVALUATOR):
        try:
            upload = request.FILES.get("file")
            if upload is None or (upload.size or 0) > registers.LARGEST_TABLE:
                raise MalformedInput("file-too-large", _("Choose a CSV file of at most 2 MB."))
            count = registers.import_levels(organisation, upload.read(), actor=request.user)
        except CredenzaError as error:
            problem = error.message
        else:
            told = ngettext("%(n)s level was taken over.", "%(n)s levels were taken over.", count)
            messages.success(request, told % {"n": count})
            return redirect("desk_levels", organisation.slug)
    known = desks.levels_of(organisation)
    country = request.GET.get("country", "").upper()[:2] or organisation.country
    own = set(organisation.national_levels.filter(country=country).values_list("uri", flat=True))
    found = known.of_country(country)
    context: dict[str, Any] = {
        "rows": [(one, one.uri in own) for one in found],
        "country": country,
        "country_name": country_name(country),
        "countries": named(known.countries),
        "own_count": organisation.national_levels.count(),
        "problem": problem,
        "may_write": may(request.roles, Role.EVALUATOR),
    }
    status = 422 if problem else 200
    return desk_page(request, "levels", "levels", context, status=status)


def _import(request: HttpRequest, organisation: Organisation) -> int:
    upload, address = request.FILES.get("file"), request.POST.get("address", "").strip()
    if upload is not None:
        if (upload.size or 0) > registers.LARGEST_REGISTER:
            raise MalformedInput("file-too-large", _("Choose a file of at most 11 MB."))
        source = _("file %(name)s") % {"name": (upload.name or "")[:200]}
        return registers.import_reports(organisation, upload.read(), source=source, actor=request.user)
    if not address:
        raise MalformedInput("file-empty", _("Choose a file, or give an address."))
    return registers.fetch_and_import(organisation, address, actor=request.user)
