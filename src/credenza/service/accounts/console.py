"""A page of the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def console_page(
    request: HttpRequest, template: str, section: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page in the console's frame; ``section`` is the one that the side navigation marks (``accounts.navigation``)."""
    return render(request, template, {**context, "nav": "console", "section": section}, status=status)
