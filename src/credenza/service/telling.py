"""The core speaks English, one plain sentence for each finding; here it is told in the reader's language.

The sentences themselves are the keys: whole ones in ``core_sentences/`` (kept by hand), those with a name or a day in
them in ``told_patterns``. What has no translation stays English, and where it stands for a finding it is marked as English.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, gettext_noop

from credenza.service.told_patterns import PATTERNS

_LONGEST = 1000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_PLACE = re.compile(r"%\((\w+)\)s")
_QUOTED = re.compile("'([^']*)'")
_LISTS = {
    "country": gettext_noop("Countries"),
    "supervision": gettext_noop("Supervision and identity check"),
    "language": gettext_noop("Languages"),
    "isced-f": gettext_noop("Fields of education"),
    "assessment": gettext_noop("Types of assessment"),
    "mode": gettext_noop("Forms of participation"),
    "accreditation": gettext_noop("Types of quality assurance"),
    "nuts": gettext_noop("Regions"),
    "nqf": gettext_noop("Levels of national frameworks"),
    "eqf": gettext_noop("Levels of the European Qualifications Framework"),
}
_SENTENCES = {"why", "what"}  # places that hold another sentence of the core


def told(sentence: str) -> str:
    """A sentence of the core in the reader's language, or as it is where no translation is known."""
    if not sentence or _english():
        return sentence
    known = gettext(sentence)
    if known != sentence or len(sentence) > _LONGEST:
        return known
    for template, pattern in _compiled():
        found = pattern.fullmatch(sentence)
        if found is not None and gettext(template) != template:
            return gettext(template) % {name: _value(name, value) for name, value in found.groupdict().items()}
    return sentence


def told_or_english(sentence: str) -> str:
    """The same, and what stays English is marked up as English, so that it is read aloud as such."""
    text = told(sentence)
    if not text or text != sentence or _english():
        return text
    return format_html('<span lang="en">{}</span>', text)


def _english() -> bool:
    return (get_language() or "en").startswith("en")


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, re.compile(_as_pattern(template), re.DOTALL)) for template in PATTERNS)


def _as_pattern(template: str) -> str:
    """The template with its places as groups: ``_PLACE.split`` gives text and names of places by turns."""
    parts = _PLACE.split(template)
    held = {"place": r"\S+"}  # the name of a field or host is one word
    return "".join(
        f"(?P<{part}>{held.get(part, '.+?')})" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )


def _value(name: str, value: str) -> str:
    if name in _SENTENCES:
        return told(value)
    if name == "format":
        return gettext(value)
    if name == "elements":
        return "; ".join(gettext(part) for part in value.split("; "))
    if name == "list" and value in _LISTS:
        return gettext(_LISTS[value])
    if _DAY.match(value):
        return date_format(date.fromisoformat(value))
    quoted = _QUOTED.fullmatch(value)
    return gettext("“%(text)s”") % {"text": quoted[1]} if quoted else value
