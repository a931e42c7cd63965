"""Sharing: choose what and for whom, see who looked, withdraw; and the page that the receiver of a link sees."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.adapters import qr_code
from credenza.errors import CredenzaError
from credenza.service.described import fields_of
from credenza.service.downloads import as_file
from credenza.service.form_rendering import Day
from credenza.service.request_values import behind_a_secret, identifier
from credenza.service.verification.rate_limits import limited
from credenza.service.verification.views import reader_of
from credenza.service.wallet import holding, looking, sharing
from credenza.service.wallet.models import HeldCredential, HeldState, Share, ShareView

_MOST_SHARED, _A_PAGE, _LATEST_LOOKS = 100, 20, 20


class ShareForm(forms.Form):
    """For whom, until when, how often."""

    audience = forms.CharField(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("A name that helps you remember, such as an employer. Only you see it."),
        max_length=200,
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The link works to the end of this day."),
        widget=Day(),
    )
    views = forms.IntegerField(
        label=gettext_lazy("How many views"),
        help_text=gettext_lazy("Leave empty for as many as wanted."),
        min_value=1,
        max_value=100_000,
        required=False,
    )


class FieldChoice(NamedTuple):
    """One field that may be shown; a fixed one always is."""

    key: str
    label: str
    value: str
    ticked: bool
    fixed: bool


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose credentials and, of each, the fields to show."""
    mine = HeldCredential.objects.filter(owner=request.user, state=HeldState.ACCEPTED)
    named = [identifier(one) for one in (request.GET.getlist("c") or request.POST.getlist("c"))[:_MOST_SHARED]]
    chosen = list(mine.filter(pk__in=[one for one in named if one is not None]).select_related("award"))
    if not chosen:
        return render(request, "wallet/share_choose.html", {"nav": "wallet", "held": mine.order_by("-issued_at")})
    initial = {"until": (timezone.now() + timedelta(days=30)).date()}
    form = ShareForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            share, secret = sharing.make(
                request.user,
                {held: request.POST.getlist(f"field-{held.pk}") for held in chosen},
                audience=form.cleaned_data["audience"],
                expires_at=datetime.combine(form.cleaned_data["until"], time(23, 59, 59), UTC),
                maximum_views=form.cleaned_data["views"],
            )
        except CredenzaError as error:
            form.add_error(None, error.message)
        else:
            link = f"{settings.SITE_URL}/s/{secret}"
            return render(
                request, "wallet/share_made.html", {"nav": "wallet", "share": share, "link": link, "qr": _qr(link)}
            )
    choices = [(held, _choices(request, held)) for held in chosen]
    return render(request, "wallet/share_new.html", {"nav": "wallet", "form": form, "choices": choices})


def _choices(request: HttpRequest, held: HeldCredential) -> list[FieldChoice]:
    """The fields of a credential, ticked as the learner left them, or all but the private ones."""
    ticked = request.POST.getlist(f"field-{held.pk}") if request.method == "POST" else None
    award = holding.report_of(held).award
    found = []
    for key, label, value in fields_of(award, get_language() or "en") if award is not None else ():
        fixed = key in sharing.ALWAYS_SHOWN
        is_ticked = fixed or (key in ticked if ticked is not None else key not in sharing.PRIVATE)
        found.append(FieldChoice(key, label, value, is_ticked, fixed))
    return found


@never_cache
@login_required
@require_GET
def shares(request: HttpRequest) -> HttpResponse:
    """What is shared, and who looked when."""
    looks = Prefetch("log", ShareView.objects.order_by("-at")[:_LATEST_LOOKS], to_attr="latest")
    titles = Prefetch("items__credential", HeldCredential.objects.only("title"))
    mine = Share.objects.filter(owner=request.user).prefetch_related(titles, looks).order_by("-created_at")
    page = Paginator(mine, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "wallet/shares.html", {"nav": "wallet", "page": page, "now": timezone.now()})


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """End a share now."""
    sharing.withdraw(get_object_or_404(Share, pk=pk, owner=request.user))
    messages.success(request, _("Nobody can look at it any more."))
    return redirect("wallet_shares")


@never_cache
@require_http_methods(["GET", "POST"])
@limited("share", a_minute=60)
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """What the receiver of a link sees: each credential, checked now.

    Where views are counted down, a button shows it, so that a preview in a mail or chat uses none up.
    """
    try:
        share = looking.find(secret)
        if share.maximum_views is not None and request.method == "GET":
            return behind_a_secret(render(request, "wallet/shared_closed.html", {"count": share.count}))
        language, country = reader_of(request)
        pages = looking.look(share, language=language, country=country, agent=request.headers.get("User-Agent", ""))
    except CredenzaError as error:
        return behind_a_secret(render(request, "wallet/shared_ended.html", {"problem": error.message}, status=410))
    context: dict[str, Any] = {"share": share, "pages": pages, "reader": language}
    return behind_a_secret(render(request, "wallet/shared.html", context))


@never_cache
@require_GET
def shared_file(request: HttpRequest, secret: str, place: int) -> HttpResponse:
    """The sealed credential with the shared fields only, to keep and to check anywhere; not where views are counted."""
    try:
        share = looking.find(secret)
        data = looking.sealed_part(share, place) if share.maximum_views is None else None
    except CredenzaError as error:
        return behind_a_secret(render(request, "wallet/shared_ended.html", {"problem": error.message}, status=410))
    if data is None:
        raise Http404
    return behind_a_secret(as_file(data, "credential.sd-jwt", "application/dc+sd-jwt"))


def _qr(link: str) -> str:
    return mark_safe(qr_code.svg(link, border=2))  # noqa: S308 - drawn from our own link
