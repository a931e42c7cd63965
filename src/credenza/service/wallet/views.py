"""The learner's pages: claim, wallet, one credential, files in and out, a copy of everything, and deletion."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.errors import CredenzaError
from credenza.service.catalogue.versions import folded
from credenza.service.downloads import as_file
from credenza.service.exchange.ewp import offering
from credenza.service.issuance import claims
from credenza.service.issuance.documents import document, formats_of, named_formats
from credenza.service.pathways.broken import broken_awards
from credenza.service.request_values import behind_a_secret
from credenza.service.verification import incoming, sources
from credenza.service.verification.page import page_of
from credenza.service.verification.rate_limits import limited
from credenza.service.verification.views import reader_of
from credenza.service.wallet import holding, privacy
from credenza.service.wallet.models import HeldCredential, HeldState

_A_PAGE = 60


@never_cache
@require_http_methods(["GET", "POST"])
@limited("claim", a_minute=30)
def claim(request: HttpRequest, secret: str) -> HttpResponse:
    """What a mailed link opens: the offer, and the button that takes it into the wallet."""
    try:
        if request.method == "POST" and request.user.is_authenticated:
            held = holding.claim(secret, request.user)
            messages.success(request, _("It is in your wallet now. Congratulations!"))
            return redirect("wallet_credential", held.pk)
        award = claims.open_link(secret)
    except CredenzaError as error:
        told = {"problem": error.message, "nav": "wallet"}
        return behind_a_secret(render(request, "wallet/claim.html", told, status=410))
    return behind_a_secret(render(request, "wallet/claim.html", {"award": award, "nav": "wallet"}))


@never_cache
@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The wallet: new ones first, then what is kept, with how it stands."""
    words = request.GET.get("q", "").strip()[:100]
    kept = HeldCredential.objects.filter(owner=request.user, state=HeldState.ACCEPTED)
    kept = kept.select_related("award").defer("data", "award__record").order_by("-issued_at", "pk")
    for word in folded(words).split():
        kept = kept.filter(search_text__contains=word)
    page = Paginator(kept, _A_PAGE).get_page(request.GET.get("page"))
    broken = broken_awards(request.user)
    offering.offer_to(request.user)
    context = {
        "nav": "wallet",
        "words": words,
        "offers": list(holding.offers_to(request.user).select_related("award")),
        "pathways": request.user.pathways.select_related("pathway__published", "pathway__organisation").order_by(
            "since"
        ),
        "page": page,
        "cards": [(held, holding.standing(held, broken=held.award_id in broken)) for held in page],
    }
    return render(request, "wallet/home.html", context)


@never_cache
@login_required
@require_GET
def credential(request: HttpRequest, pk: str) -> HttpResponse:
    """One credential in full, checked now, with what can be done with it."""
    held = _own(request, pk)
    language, country = reader_of(request)
    now = timezone.now()
    page = page_of(holding.report_of(held, now=now), language=language, country=country, checked_at=now)
    context = {
        "nav": "wallet",
        "held": held,
        "page": page,
        "reader": language,
        "formats": named_formats(held.award) if held.award else [],
        "shared": held.shared.select_related("share").order_by("-share__created_at"),
    }
    return render(request, "wallet/credential.html", context)


@login_required
@require_POST
def respond(request: HttpRequest, pk: str) -> HttpResponse:
    """Accept or decline what is offered, or take a credential out of the wallet."""
    held = get_object_or_404(request.user.credentials.select_related("award__organisation", "award__version"), pk=pk)
    answer = request.POST.get("answer")
    try:
        if answer == "accept":
            holding.accept(held)
            messages.success(request, _("It is in your wallet now. Congratulations!"))
            return redirect("wallet_credential", held.pk)
        if answer == "decline":
            holding.decline(held)
            again = _("You declined it. The link in the mail still works if you think again.")
            messages.info(request, again if held.award_id is not None else _("You declined it."))
        elif answer == "remove" and held.award_id is None:
            held.delete()
            messages.info(request, _("The file is no longer in your wallet."))
    except CredenzaError as error:
        messages.error(request, error.message)
    return redirect("wallet")


@never_cache
@login_required
@require_GET
def download(request: HttpRequest, pk: str, format_name: str) -> HttpResponse:
    """The credential as a file in a format."""
    held = _own(request, pk)
    if held.data is not None:
        data, media_type, extension = bytes(held.data), "application/octet-stream", held.format
    elif format_name in formats_of(held.award):
        try:
            made = document(held.award, format_name)
        except CredenzaError as error:
            messages.error(request, error.message)
            return redirect("wallet")
        data, media_type, extension = made.data, made.media_type, made.extension
    else:
        raise Http404
    return as_file(data, f"{_file_name(held.title)}.{extension}", media_type)


@login_required
@require_http_methods(["GET", "POST"])
@limited("bring", a_minute=20)
def bring(request: HttpRequest) -> HttpResponse:
    """Bring along a credential of any issuer: a file, its text, or a link to it."""
    context: dict[str, Any] = {"nav": "wallet"}
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            data = (
                upload.read(sources.LARGEST_FILE + 1)
                if upload
                else incoming.credential_of(request.POST.get("text", ""))
            )
            if isinstance(data, incoming.Elsewhere):
                context["problem"] = _("This is a link to a page of this site, not a credential.")
            else:
                held = holding.bring(request.user, data)
                messages.success(request, _("It is in your wallet now."))
                return redirect("wallet_credential", held.pk)
        except CredenzaError as error:
            context["problem"] = error.message
    return render(request, "wallet/bring.html", context, status=422 if context.get("problem") else 200)


@never_cache
@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """A copy of everything that is kept about the person."""
    return as_file(privacy.export(request.user), "credenza-my-data.zip", "application/zip")


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """Delete the account, after the person has shown who they are and typed their address."""
    context: dict[str, Any] = {"nav": "wallet", "count": request.user.credentials.count()}
    if request.method == "POST":
        if request.POST.get("email", "").strip().lower() != request.user.email:
            context["problem"] = _("Type your e-mail address exactly, so that nothing is deleted by mistake.")
        else:
            user = request.user
            try:
                privacy.erase(type(user).objects.get(pk=user.pk))
            except CredenzaError as error:
                context["problem"] = error.message
            else:
                logout(request)
                return render(request, "wallet/deleted.html")
    return render(request, "wallet/delete.html", context, status=422 if context.get("problem") else 200)


def _own(request: HttpRequest, pk: str) -> HeldCredential:
    mine = holding.within_reach(request.user).select_related("award__organisation", "award__version__definition")
    return get_object_or_404(mine, pk=pk)


def _file_name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "credential"
