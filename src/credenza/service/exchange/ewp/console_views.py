"""The console's pages of Erasmus Without Paper: our incoming mobilities, and transcripts of our own students."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from credenza.document import elmo
from credenza.errors import CredenzaError
from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.downloads import as_file
from credenza.service.exchange.ewp import fetching
from credenza.service.exchange.ewp.transcripts import add_mobility
from credenza.service.exchange.models import ReceivedTranscript
from credenza.service.verification.rate_limits import limited

_MOST = 200
_AWARDS = 20


class MobilityForm(forms.Form):
    """A student of another institution, and which awards make the transcript."""

    omobility_id = forms.CharField(label=gettext_lazy("Id of the mobility at the sending institution"), max_length=64)
    sending_institution = forms.CharField(label=gettext_lazy("Sending institution (SCHAC)"), max_length=255)
    esi = forms.CharField(
        label=gettext_lazy("European Student Identifier"),
        max_length=255,
        help_text=gettext_lazy("It begins with urn:schac:personalUniqueCode:int:esi:"),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address that the awards were issued to"),
        help_text=gettext_lazy("All awards in force that this learner has of you go into the transcript."),
    )


@member(Role.REGISTRAR)
@require_http_methods(["GET", "POST"])
def mobilities(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The mobilities whose transcripts may be asked for, and adding one."""
    form = MobilityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        email = values.pop("email").lower()
        chosen = list(organisation.awards.in_force().filter(email=email)[:_AWARDS])
        try:
            add_mobility(organisation, **values, awards=chosen, actor=request.user)
        except CredenzaError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The sending institution can fetch the transcript now."))
            return redirect("console_mobilities", organisation.slug)
    stored = organisation.mobilities.prefetch_related("awards__version").order_by("-modified_at")[:_MOST]
    return console_page(request, "exchange/mobilities.html", "transfer", {"form": form, "mobilities": stored})


@member(Role.REGISTRAR, Role.EVALUATOR)
@require_http_methods(["GET", "POST"])
@limited("ewp-fetch", a_minute=20)
def transcripts(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Transcripts of our students that other nodes sent, and asking for them."""
    problem = ""
    if request.method == "POST":
        try:
            count = fetching.fetch(organisation, request.POST.get("receiving", "").strip()[:255], actor=request.user)
        except CredenzaError as error:
            problem = error.message
        else:
            text = ngettext("%(count)d transcript came.", "%(count)d transcripts came.", count)
            messages.success(request, text % {"count": count})
            return redirect("console_transcripts", organisation.slug)
    stored = organisation.received_transcripts.order_by("-received_at")[:_MOST]
    context = {"problem": problem, "transcripts": [(one, _content(one)) for one in stored]}
    return console_page(request, "exchange/transcripts.html", "transfer", context, status=422 if problem else 200)


@member(Role.REGISTRAR, Role.EVALUATOR)
@require_GET
def transcript_file(request: HttpRequest, organisation: Organisation, pk: str) -> HttpResponse:
    """A transcript as it came (ELMO)."""
    found = get_object_or_404(organisation.received_transcripts, pk=pk)
    return as_file(bytes(found.document), f"transcript-{found.pk}.xml", "application/xml")


def _content(stored: ReceivedTranscript) -> elmo.Transcript:
    return elmo.from_bytes(bytes(stored.document))
