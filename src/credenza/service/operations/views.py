"""The first page, and how personal data is treated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins: check, hold, find, issue."""
    return render(request, "home.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, and for how long (GDPR articles 13 and 14)."""
    return render(request, "privacy.html")
