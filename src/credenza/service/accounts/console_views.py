"""The console's own pages: the work queue, the organisation, its people, its keys and seals, its audit trail."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from credenza.errors import CredenzaError
from credenza.service.accounts import audit, audit_export, organisation_form, people
from credenza.service.accounts.access import may, member, organisations_of
from credenza.service.accounts.audit_reading import told_events
from credenza.service.accounts.audit_words import actions
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.accounts.provisioning import edition, found_organisation
from credenza.service.accounts.work_queue import waiting
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose
from credenza.service.request_values import one_of, whole_number

_A_PAGE = 100


@never_cache
@login_required
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The organisations of a person; straight to the only one."""
    mine = list(organisations_of(request.user))
    if len(mine) == 1 and not request.user.is_superuser:
        return redirect("console", mine[0].slug)
    everything = Organisation.objects.order_by("name")[:500] if request.user.is_superuser else []
    return render(request, "console/choose.html", {"nav": "console", "organisations": mine, "everything": everything})


class FoundingForm(forms.Form):
    """A new organisation."""

    name = forms.CharField(label=gettext_lazy("Legal name"), max_length=200)
    slug = forms.SlugField(label=gettext_lazy("Short name in addresses"), max_length=60, required=False)
    country = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, help_text=gettext_lazy("Two letters, such as IE")
    )
    owner = forms.EmailField(label=gettext_lazy("E-mail address of its owner"))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """An operator founds an organisation and invites its owner."""
    if not request.user.is_superuser:
        raise PermissionDenied
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        slug = values["slug"] or slugify(values["name"])[:60]
        data = {"legal_name": values["name"], "country": values["country"].upper()}
        try:
            with transaction.atomic():  # an organisation without anybody who was invited to it is of no use
                organisation = found_organisation(slug, data, actor=request.user)
                people.invite(organisation, values["owner"], Role.OWNER, actor=request.user)
        except CredenzaError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The organisation is founded, and its owner invited."))
            return redirect("console_choose")
    return render(request, "console/found.html", {"nav": "console", "form": form})


@member()
@require_GET
def home(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What waits."""
    latest = told_events(organisation, organisation.audit_events.order_by("-number")[:8])
    context = {"waiting": waiting(organisation, request.roles, request.user), "events": latest}
    return console_page(request, "console/home.html", "home", context)


@member(Role.DESIGNER, Role.READER)
@require_http_methods(["GET", "POST"])
def organisation_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Who the organisation is; only an owner changes it."""
    owner = may(request.roles, Role.OWNER)
    read = request.POST.get("edition", "") if request.method == "POST" else edition(organisation)
    initial = organisation_form.initial_of(organisation)
    form = organisation_form.OrganisationForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST":
        if not owner:
            raise PermissionDenied
        if form.is_valid():
            try:
                organisation_form.save(organisation, form.cleaned_data, edition=read, actor=request.user)
            except CredenzaError as error:
                for message in error.sentences:
                    form.add_error(None, message)
            else:
                messages.success(request, _("Saved. What is issued from now on says so."))
                return redirect("console_organisation", organisation.slug)
    context = {"form": form, "owner": owner, "record": organisation.as_record, "edition": read}
    return console_page(request, "console/organisation.html", "organisation", context)


@member(Role.ISSUER)
@require_http_methods(["GET", "POST"])
def keys_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Keys and seals: what signs now, what signed before, and changing them."""
    if request.method == "POST":
        if not may(request.roles, Role.OWNER):
            raise PermissionDenied
        try:
            _change_keys(request, organisation)
        except CredenzaError as error:
            messages.error(request, error.message)
        return redirect("console_keys", organisation.slug)
    now = {purpose: keys.current(organisation, purpose) for purpose in KeyPurpose}
    context = {
        "keys": organisation.signing_keys.order_by("-created_at"),
        "current": {one.pk for one in now.values() if one is not None},
        "seal": now[KeyPurpose.SEAL],
        "owner": may(request.roles, Role.OWNER),
        "addresses": (f"{organisation.base_url}/did.json", f"{organisation.base_url}/jwks.json"),
    }
    return console_page(request, "console/keys.html", "keys", context)


def _change_keys(request: HttpRequest, organisation: Organisation) -> None:
    asked = request.POST.get("do")
    if asked in keys.MADE_HERE:
        made = keys.make(organisation, asked, actor=request.user)
        if made.is_test:
            messages.warning(request, _("A test seal is made. It is not qualified, and everybody can see that."))
        elif made.purpose == KeyPurpose.PROOF:
            messages.success(request, _("The new key signs from now on. What older keys signed stays valid."))
        else:
            messages.warning(request, _("The new key signs from now on. Send it to the registry at once (Exchange)."))
    elif asked == "import" and (upload := request.FILES.get("file")) is not None:
        data = upload.read(keys.LARGEST_SEAL + 1)
        keys.import_seal(organisation, data, request.POST.get("password", ""), actor=request.user)
        messages.success(request, _("The seal is imported and signs from now on."))
    elif asked == "retire":
        keys.retire(one_of(organisation.signing_keys, request.POST.get("key")), actor=request.user)
        messages.success(request, _("The key signs nothing more. What it signed stays valid."))


@member(Role.REGISTRAR, Role.READER)
@require_GET
def audit_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The audit trail, newest first, with whether its chain is whole."""
    wanted = _wanted_action(request)
    events = audit_export.events_of(organisation, wanted)
    before = whole_number(request.GET.get("before"))
    if before is not None:
        events = events.filter(number__lt=before)
    shown = list(events.order_by("-number")[:_A_PAGE])
    broken = list(audit.broken_links(organisation)) if "check" in request.GET else None
    context = {
        "events": told_events(organisation, shown),
        "actions": actions(),
        "next": shown[-1].number if len(shown) == _A_PAGE else None,
        "broken": broken,
        "wanted": wanted,
    }
    return console_page(request, "console/audit.html", "audit", context)


@member(Role.REGISTRAR, Role.READER)
@require_GET
def audit_file(request: HttpRequest, organisation: Organisation) -> StreamingHttpResponse:
    """The audit trail as CSV."""
    return audit_export.export(organisation, _wanted_action(request))


def _wanted_action(request: HttpRequest) -> str:
    return request.GET.get("action", "")[:80]
