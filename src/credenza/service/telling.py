"""The core speaks English, one plain sentence for each finding; here it is told in the reader's language.

The sentences themselves are the keys of the catalogues in ``core_sentences/``, one for each subject, kept by hand. Where
the core puts in a name, a number or a day, the key has a place, ``%(name)s``. What has no translation stays English, and
where it stands for a finding it is marked as English.
"""

from __future__ import annotations

import gettext as catalogues
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, gettext_noop

from credenza.vocabulary import vocabulary

_HERE = Path(__file__).parent
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
    "qf-ehea": gettext_noop("Cycles of higher education"),
    "skill-type": gettext_noop("Kinds of learning outcomes"),
    "skill-reuse": gettext_noop("Reach of learning outcomes"),
    "credential-type": gettext_noop("Types of credentials"),
    "credit": gettext_noop("Credit systems"),
    "learning-opportunity": gettext_noop("Types of learning opportunities"),
    "learning-setting": gettext_noop("Settings of learning"),
}
_SENTENCES = {"why", "what", "how", "detail", "grade"}  # places that hold a sentence of the core, or part of one
_ENUMERATIONS = {"elements", "level", "asked", "field"}
_DEEPEST = 2
_TERMS = ("isced-f", "assessment", "supervision", "eqf", "qf-ehea")


class Telling(NamedTuple):
    """A sentence as it is told, and how many of its letters stay as they were."""

    text: str
    kept: int


class Pattern(NamedTuple):
    """A sentence with places: how it begins and ends, which nearly always tells that it is another, and all of it."""

    template: str
    begins: str
    ends: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, template: str) -> Pattern:
        begins, *_between, ends = _PLACE.split(template)
        return cls(template, begins, ends, re.compile(_as_pattern(template), re.DOTALL))


def told(sentence: str) -> str:
    """A sentence of the core in the reader's language, or as it is where no translation is known."""
    return sentence if not sentence or _english() else _told(sentence, 0).text


def said(text: str) -> str:
    """A text of the interface in the reader's language: ``gettext``, for what is said on nearly every page."""
    return _said(get_language(), text)


def sayer() -> Callable[[str], str]:
    """``said``, for the many texts of one page."""
    return partial(_said, get_language())


@lru_cache(maxsize=4096)
def _said(language: str | None, text: str) -> str:
    return gettext(text)


def _told(sentence: str, depth: int) -> Telling:
    """Of several keys that fit, the one that leaves least of the sentence as it was."""
    known = gettext(sentence)
    if known != sentence:
        return Telling(known, 0)
    tellings = [] if depth > _DEEPEST or len(sentence) > _LONGEST else list(_readings(sentence, depth))
    return min(tellings, key=lambda one: one.kept, default=Telling(sentence, len(sentence)))


def _readings(sentence: str, depth: int) -> Iterator[Telling]:
    for known in _patterns(get_language() or "en"):
        if not (sentence.startswith(known.begins) and sentence.endswith(known.ends)):
            continue
        found = known.pattern.fullmatch(sentence)
        if found is not None:
            values = {name: _value(name, value, depth) for name, value in found.groupdict().items()}
            texts = {name: one.text for name, one in values.items()}
            yield Telling(gettext(known.template) % texts, sum(one.kept for one in values.values()))


def told_or_english(sentence: str) -> str:
    """The same, and what stays English is marked up as English, so that it is read aloud as such."""
    text = told(sentence)
    if not text or text != sentence or _english():
        return text
    return format_html('<span lang="en">{}</span>', text)


def _english() -> bool:
    return (get_language() or "en").startswith("en")


@cache
def _patterns(language: str) -> tuple[Pattern, ...]:
    """The sentences with places that a language has, those with most words of their own first."""
    templates = {key for key in _keys(language) if _PLACE.search(key)}
    by_words = sorted(templates, key=lambda one: (-len(_PLACE.sub("", one)), one))
    return tuple(map(Pattern.of, by_words))


def _keys(language: str) -> Iterator[str]:
    for compiled in _HERE.glob(f"core_sentences/*/{language}/LC_MESSAGES/django.mo"):
        with compiled.open("rb") as file:
            yield from filter(None, catalogues.GNUTranslations(file)._catalog)


def _as_pattern(template: str) -> str:
    """The template with its places as groups: ``_PLACE.split`` gives text and names of places by turns."""
    parts = _PLACE.split(template)
    held = {"place": r"\S+", "list": r"\S+", "more": r"\d+"}  # the name of a field, host or list is one word
    return "".join(
        f"(?P<{part}>{held.get(part, '.*?')})" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )


def _value(name: str, value: str, depth: int) -> Telling:
    if name in _SENTENCES:
        return _part(value, depth + 1)
    if name in _ENUMERATIONS:
        parts = [_element(part, depth + 1) for part in value.split("; ")]
        return Telling("; ".join(part.text for part in parts), sum(part.kept for part in parts))
    if name == "list" and value in _LISTS:
        return Telling(gettext(_LISTS[value]), 0)
    day = _day(value)
    if day is not None:
        return Telling(date_format(day), 0)
    quoted = _QUOTED.fullmatch(value)
    return Telling(gettext("“%(text)s”") % {"text": quoted[1]} if quoted else value, len(value))


def _day(value: str) -> date | None:
    """The value as a day, where it is one: somebody else may have written 2001-99-99."""
    try:
        return date.fromisoformat(value) if _DAY.match(value) else None
    except ValueError:
        return None


def _part(value: str, depth: int) -> Telling:
    """A sentence in a sentence, known with its full stop or without."""
    bare = value.removeprefix("Value error, ").removesuffix(".")
    best = min((_told(bare, depth), _told(f"{bare}.", depth)), key=lambda one: one.kept)
    if best.kept >= len(bare):
        return Telling(value, len(value))
    return Telling(best.text.removesuffix(".") + value[len(value.removesuffix(".")) :], best.kept)


def _element(value: str, depth: int) -> Telling:
    """One of several: a sentence's part, or a term of a vocabulary by its English label."""
    terms = (vocabulary(name).find(value) for name in _TERMS)
    term = next((one for one in terms if one is not None and one.label("en") == value), None)
    return _part(value, depth) if term is None else Telling(term.label(get_language() or "en"), 0)
