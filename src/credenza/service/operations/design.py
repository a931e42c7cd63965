"""The design system on show: every component of the interface, with made-up content; not there in production."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from credenza.record.annex_i_tables import findings
from credenza.service.accounts.models import Organisation, Role
from credenza.service.accounts.templatetags.interface import ICONS
from credenza.service.environment import Mode
from credenza.service.form_rendering import Day
from credenza.vocabulary import vocabulary

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ISSUED = [12, 40, 38, 95, 120, 88, 20, 4, 160, 210, 176, 190]
_CLAIMED = [8, 31, 36, 70, 101, 80, 22, 6, 120, 181, 160, 171]
_FIELDS = [("Information and communication technologies", 412), ("Health and welfare", 268), ("Education", 97)]
_QUESTION = {
    "question": "Revoke this credential?",
    "text": "Whoever checks it will be told. This cannot be undone.",
    "yes": "Revoke",
    "danger": True,
    "action": "/design/ask",
}


class SampleForm(forms.Form):
    """A form with one field of each kind."""

    title = forms.CharField(label="Title", help_text="As it stands on the certificate.", max_length=200)
    ects = forms.DecimalField(label="Workload in ECTS", min_value=0, max_value=60)
    about = forms.CharField(label="What is it about?", widget=forms.Textarea, required=False)
    level = forms.ChoiceField(label="EQF level", choices=[(str(n), f"Level {n}") for n in range(1, 9)])
    field = forms.CharField(
        label="Field of education (ISCED-F)",
        help_text="Type a word or a code.",
        widget=forms.TextInput(attrs={"data-combobox": "/design/search", "data-none": "Nothing is called that."}),
    )
    mode = forms.ChoiceField(
        label="Mode of learning",
        choices=[("online", "Online"), ("presential", "On site"), ("blended", "Both")],
        widget=forms.RadioSelect,
    )
    starts = forms.DateField(label="First day", required=False, widget=Day())
    class_list = forms.FileField(label="Class list", required=False)
    agree = forms.BooleanField(label="A second person has read this", help_text="Somebody other than you.")


def design(request: HttpRequest, part: str = "parts") -> HttpResponse:
    """A page of the design system: ``parts``, ``forms``, ``credential``, ``console``."""
    if settings.CREDENZA.mode is Mode.PRODUCTION:
        raise Http404
    request.organisation = Organisation(slug="example", name="Example University of Technology", country="FI")
    request.roles = frozenset({Role.OWNER.value})
    return render(request, f"design/{part}.html", {"part": part, "section": "statistics", **_sample(part)})


def ask(request: HttpRequest) -> HttpResponse:
    """The page that asks where there is no script to open the dialog; a POST does nothing here but lead back."""
    if settings.CREDENZA.mode is Mode.PRODUCTION:
        raise Http404
    if request.method == "POST":
        return redirect("design")
    return render(request, "ask.html", {**_QUESTION, "back": "/design"})


def search(request: HttpRequest) -> JsonResponse:
    """Fields of education for the combobox on show, in the shape that every search end point has."""
    if settings.CREDENZA.mode is Mode.PRODUCTION:
        raise Http404
    words = request.GET.get("q", "").lower()
    found = [
        {"value": one.notation, "label": one.label("en"), "detail": one.notation}
        for one in vocabulary("isced-f")
        if words in one.label("en").lower() or one.notation.startswith(words)
    ]
    return JsonResponse({"results": found[:12]})


def _sample(part: str) -> dict[str, Any]:
    if part == "forms":
        wrong = SampleForm({"title": "", "ects": "3", "level": "6", "mode": "online", "field": "0613"})
        wrong.findings = {"ects": list(findings().values())[:2]}
        return {"form": SampleForm(prefix="empty"), "wrong": wrong}
    return {
        "months": _MONTHS,
        "series": [("Issued", _ISSUED), ("Claimed", _CLAIMED)],
        "fields": _FIELDS,
        "icons": ICONS,
        "page": Paginator(range(214), 25).page(2),
        **_QUESTION,
    }
