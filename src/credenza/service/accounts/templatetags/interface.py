"""Small pieces of the interface that every page may use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.defaultfilters import stringfilter
from django.utils.html import format_html
from django.utils.safestring import SafeString

from credenza.service.accounts.models import Role
from credenza.service.accounts.navigation import sections_for
from credenza.service.telling import told, told_or_english

register = template.Library()
register.filter("told", stringfilter(told))
register.filter("told_or_english", stringfilter(told_or_english))

ICONS = {
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "cross": "M6 6l12 12M18 6L6 18",
    "warning": "M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.4v.1",
    "question": "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.4v.1M12 2.8a9.2 9.2 0 1 1 0 18.4 9.2 9.2 0 0 1 0-18.4z",
    "search": "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L21 21",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "plus": "M12 5v14M5 12h14",
    "download": "M12 4v11m0 0l-4.5-4.5M12 15l4.5-4.5M4 20h16",
    "share": "M16 6l-4-4-4 4M12 2v13M5 11H4v10h16V11h-1",
    "shield": "M12 3l8 3v6c0 4.5-3.2 7.7-8 9-4.8-1.3-8-4.5-8-9V6l8-3zM8.5 12l2.5 2.5L15.5 10",
    "key": "M14.5 3a6.5 6.5 0 1 1-5.9 9.2L3 18v3h4v-2.5h2.5V16l1.6-1.6A6.5 6.5 0 0 1 14.5 3zM16.5 7.5v.1",
    "clock": "M12 2.8a9.2 9.2 0 1 1 0 18.4 9.2 9.2 0 0 1 0-18.4zM12 7v5.4l3.6 2",
    "person": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c.6-4 3.8-6 8-6s7.4 2 8 6",
    "file": "M6 2.8h8l5 5V21H6V2.8zM13.5 3v5H19",
    "globe": "M12 2.8a9.2 9.2 0 1 1 0 18.4 9.2 9.2 0 0 1 0-18.4zM3 12h18M12 3c2.6 2.6 3.8 5.7 3.8 9S14.6 18.400 12 21c-2.600-2.600-3.800-5.700-3.800-9S9.400 5.600 12 3z",
    "layers": "M12 3l9 5-9 5-9-5 9-5zM3 12.500l9 5 9-5M3 17l9 5 9-5",
    "camera": "M4 7h4l1.500-2.500h5L16 7h4v12H4V7zM12 9.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7z",
    "arrow": "M5 12h14m-5-5.500L19.500 12 14 17.500",
    "mail": "M3 5.500h18v13H3v-13zM3 6.500l9 7 9-7",
    "trash": "M4 6.500h16M9 6.500V4h6v2.500M6 6.500L7 21h10l1-14.500M10 10.500v6.500M14 10.500v6.500",
    "edit": "M4 20l1-4.500L16.500 4 20 7.500 8.500 19 4 20zM14 6.500l3.500 3.500",
    "upload": "M12 16V5m0 0L7.500 9.500M12 5l4.500 4.500M4 20h16",
    "chart": "M4 20V10h4v10M10 20V4h4v16M16 20v-7h4v7",
    "home": "M3.500 11L12 4l8.500 7M6 9.500V20h12V9.500M10 20v-5.500h4V20",
    "award": "M12 3a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM8.500 14L7 21.500l5-2.500 5 2.500-1.500-7.500",
    "scales": "M12 4v16M8 20h8M5 7h14M5 7l-2.700 6.500a2.900 2.900 0 0 0 5.400 0L5 7zM19 7l-2.700 6.500a2.900 2.900 0 0 0 5.400 0L19 7z",
    "building": "M3.500 9L12 3.500 20.500 9zM4 20.500h16M6 9v8.500M10 9v8.500M14 9v8.500M18 9v8.500M5 17.500h14",
    "code": "M8.500 7L3.500 12l5 5M15.500 7l5 5-5 5M13.500 4.500l-3 15",
    "pause": "M9 6v12M15 6v12",
    "info": "M12 2.800a9.200 9.200 0 1 1 0 18.400 9.200 9.200 0 0 1 0-18.400zM12 11v5.500M12 7.500v.1",
    "eye": "M2.500 12c2.300-4.300 5.500-6.500 9.500-6.500s7.200 2.200 9.500 6.500c-2.300 4.300-5.500 6.500-9.500 6.500S4.800 16.300 2.500 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
    "copy": "M8.500 8.500h11v12h-11zM15.500 8.500v-5h-11v12h4",
    "link": "M10 14a4.200 4.200 0 0 0 6 .4l3.200-3.200a4.200 4.200 0 0 0-6-6L11.500 7M14 10a4.200 4.200 0 0 0-6-.4l-3.200 3.200a4.200 4.200 0 0 0 6 6l1.700-1.800",
    "filter": "M4 5h16l-6.200 7.300V19l-3.600-2v-4.700z",
    "calendar": "M4 6h16v14.500H4zM4 10.500h16M8.500 3v5M15.500 3v5",
}  # fmt: skip


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the set; with a label it speaks for itself, without one it only decorates words beside it."""
    if not label:
        return _decoration(name)
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}"><path d="{}"/></svg>',
        _look(name),
        label,
        ICONS[name],
    )


@cache
def _decoration(name: str) -> SafeString:
    path = ICONS[name]
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', _look(name), path)


def _look(name: str) -> str:
    return "icon onward" if name == "arrow" else "icon"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A member of a mapping by a key that the template holds in a variable."""
    return mapping.get(key) if mapping else None


@dataclass(frozen=True)
class _Link:
    name: str
    title: Any
    icon: str
    address: str


@register.simple_tag
def console_sections(request: HttpRequest) -> list[_Link]:
    """The sections of the console that this person may open, with their addresses."""
    return [
        _Link(section.name, section.title, section.icon, section.address(request.organisation))
        for section in sections_for(request.roles)
    ]


@register.simple_tag
def role_names(roles: frozenset[str]) -> str:
    """A person's roles in words."""
    return ", ".join(str(role.label) for role in Role if role in roles)


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[Any]:
    """The numbers under a list: the first, the last, those around the page, and gaps between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
