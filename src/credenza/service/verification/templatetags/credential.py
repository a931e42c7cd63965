"""A checked credential in any page."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from credenza.service.drawing import drawn
from credenza.service.verification.page import CredentialPage

register = template.Library()


@register.simple_tag
def credential(page: CredentialPage, reader: str, place: int = 0, level: int = 1) -> SafeString:
    """A credential as anyone reads it, in a reader's language; ``place`` tells it from others on the same page.

    ``level`` is that of the heading of its verdict.
    """
    return drawn("credential.html", {"page": page, "reader": reader, "place": place, "level": level})
