"""A page of the recognition desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from credenza.service.accounts.console import console_page


def desk_page(
    request: HttpRequest, name: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page of this name; ``part`` is the one that the desk's own navigation marks."""
    template = f"recognition/desk/{name}.html"
    return console_page(request, template, "recognition", {**context, "part": part}, status=status)
