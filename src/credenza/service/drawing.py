"""What is drawn most often, by the templates in ``jinja2/``: they take a fifth of the time of Django's own.

It is a checked credential, the head of every page, and the list of awards. All else is in ``templates/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.template import engines
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from jinja2 import BaseLoader, Environment, StrictUndefined

from credenza.service.accounts.templatetags.interface import icon
from credenza.service.telling import sayer


def environment(*, loader: BaseLoader, auto_reload: bool, **_: Any) -> Environment:
    """What the templates may use: all is escaped, and a name that there is not stops the page."""
    made = Environment(loader=loader, auto_reload=auto_reload, autoescape=True, undefined=StrictUndefined)
    made.globals |= {"date": _date, "date_and_time": _date_and_time, "icon": icon}
    made.globals |= {"static": cache(static), "url": _address}
    return made


def drawn(template: str, context: Mapping[str, Any]) -> SafeString:
    """One of the templates, filled in."""
    return mark_safe(engines["jinja2"].get_template(template).render({"_": sayer(), **context}))  # noqa: S308 - it escapes


@lru_cache(maxsize=256)
def _address(name: str, *places: str) -> str:
    return reverse(name, args=places)


def _date(moment: datetime) -> str:
    return _day(localtime(moment).date(), get_language())


@lru_cache(maxsize=1024)
def _day(day: date, language: str | None) -> str:
    return date_format(day, "DATE_FORMAT")


def _date_and_time(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
