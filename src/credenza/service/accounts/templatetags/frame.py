"""What stands around every page."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from credenza.service.drawing import drawn

register = template.Library()


@register.simple_tag(takes_context=True)
def site_header(context: Context) -> SafeString:
    """The site's name, where one can go, the language, and who is signed in."""
    request, user = context.get("request"), context.get("user")
    person = user if user is not None and user.is_authenticated else None
    return drawn(
        "site_header.html",
        {
            "nav": context.get("nav"),
            "person": person,
            "works": person is not None and bool(context["my_organisations"]),
            "csrf_token": context.get("csrf_token", ""),
            "address": request.get_full_path() if request is not None else "/",
            "language": get_language(),
            "languages": [code for code, _ in settings.LANGUAGES],
        },
    )
