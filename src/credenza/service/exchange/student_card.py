"""Whether a European Student Card is active: the card router is asked, and where it cannot be, that is what is said."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credenza.adapters.fetch import GuardedFetch
from credenza.adapters.student_card_router import CardStatus, StudentCardRouter
from credenza.errors import CredenzaError, Unreachable
from credenza.record.student_identifier import StudentCardNumber, parse_student_card_number
from credenza.service.verification.rate_limits import limited


@dataclass(frozen=True)
class CardAnswer:
    """What is known of a card: its status, or why nobody could be asked. Never both, never a guess."""

    card: StudentCardNumber
    status: CardStatus | None = None
    unanswered: str = ""


def ask(card: StudentCardNumber) -> CardAnswer:
    """Ask the configured router now; an answer is not kept."""
    address = settings.CREDENZA.card_router_url
    if address is None:
        return CardAnswer(card, unanswered="This site has no card router to ask.")
    router = StudentCardRouter(address, GuardedFetch(allow_loopback=settings.CREDENZA.allow_loopback))
    try:
        return CardAnswer(card, router.status(card, now=timezone.now()))
    except Unreachable as error:
        if error.detail.get("status") == 404:
            return CardAnswer(card, unanswered="The card router does not know this number.")
        return CardAnswer(card, unanswered=error.message)
    except CredenzaError as error:
        return CardAnswer(card, unanswered=error.message)


class CardForm(forms.Form):
    """A European Student Card Number."""

    number = forms.CharField(
        label=gettext_lazy("European Student Card Number"),
        max_length=36,
        help_text=gettext_lazy("The number under the QR code, such as 1a2b3c4d-0000-1000-8000-001999999999."),
    )

    def clean_number(self) -> StudentCardNumber:
        try:
            return parse_student_card_number(self.cleaned_data["number"].strip())
        except CredenzaError as error:
            raise forms.ValidationError(error.message) from error


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@limited("student-card", a_minute=20)
def student_card(request: HttpRequest) -> HttpResponse:
    """Look a card up; the number is not kept."""
    form = CardForm(request.POST or None)
    answer = ask(form.cleaned_data["number"]) if request.method == "POST" and form.is_valid() else None
    context = {"nav": "profile", "form": form, "answer": answer}
    return render(request, "exchange/student_card.html", context, status=422 if form.errors else 200)
