"""What every page knows: the site's name and address, whether this is a demonstration, the reader's organisations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_bidi


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    from credenza.service.accounts.access import organisations_of

    return {
        "site_url": settings.SITE_URL,
        "demo": settings.CREDENZA.demo,
        "demo_accounts": settings.CREDENZA.demo and settings.CREDENZA.demonstration is None,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "my_organisations": SimpleLazyObject(lambda: list(organisations_of(request.user))),
    }
