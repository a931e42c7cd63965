"""The core speaks English, one plain sentence for each finding; here it is told in the reader's language.

The sentences themselves are the keys: whole ones in ``core_sentences/`` (kept by hand), those with a name or a day in
them as patterns below. What has no translation stays English, and where it stands for a finding it is marked as English.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, gettext_noop

_LONGEST = 1000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_PLACE = re.compile(r"%\((\w+)\)s")
_SENTENCES = {"why", "what"}  # places that hold another sentence of the core
_PATTERNS = (
    gettext_noop("It is well formed: %(format)s."),
    gettext_noop(
        "The %(carrier)s carries a well-formed credential (%(format)s), which alone is sealed: "
        "go by what is told here, not by the picture."
    ),
    gettext_noop("It is valid only from %(day)s."),
    gettext_noop("It was valid until %(day)s."),
    gettext_noop("It is valid until %(day)s."),
    gettext_noop("The European standard asks for more: %(elements)s."),
    gettext_noop("It is a decision on recognition, but does not say all that one must: %(elements)s."),
    gettext_noop("It meets the European standard, with a weak point: %(what)s"),
    gettext_noop("The seal is intact (JAdES %(level)s)."),
    gettext_noop("The seal is a test seal of %(name)s, not a qualified one: do not rely on it."),
    gettext_noop("The seal belongs to %(name)s, whom an authority that you trust names."),
    gettext_noop("The seal is of %(name)s, not of the issuer that the credential names."),
    gettext_noop("The seal is of %(name)s, which the credential calls %(other)s: the same number, another name."),
    gettext_noop("The seal is of %(number)s, the credential says %(other)s."),
    gettext_noop("The key belongs to %(name)s, the credential names %(other)s as its issuer."),
    gettext_noop("The key belongs to %(name)s, whom you trust."),
    gettext_noop("The issuer controls the web address %(place)s; nobody confirms that it is %(name)s."),
    gettext_noop("The name %(name)s is only claimed: the key vouches for nobody but itself."),
    gettext_noop("This is a qualified electronic seal; %(name)s vouches for its owner."),
    gettext_noop("The seal rests on a qualified certificate by %(name)s, but its key is in no qualified device."),
    gettext_noop("The trusted list of %(country)s is out of date."),
    gettext_noop("A certificate behind the seal expired on %(day)s."),
    gettext_noop("A certificate behind the seal is valid only from %(day)s."),
    gettext_noop("A certificate behind the seal was revoked on %(day)s, before the seal was made."),
    gettext_noop("A trusted time stamp proves that it existed at %(time)s UTC."),
    gettext_noop("No context of the document says what %(term)s means, so no seal covers it."),
    gettext_noop("The whole file is signed by %(name)s."),
    gettext_noop("The award was made before the accreditation began (%(day)s)."),
    gettext_noop("The award was made after the accreditation ended (%(day)s)."),
    gettext_noop("The status list could not be read: %(why)s"),
    gettext_noop("The status list is not sound: %(why)s"),
    gettext_noop("The status list has no entry number %(number)s."),
    gettext_noop("The issuer says about this credential: %(message)s"),
    gettext_noop("‘%(title)s’ is verified."),
    gettext_noop("‘%(title)s’ did not pass: %(why)s"),
    gettext_noop("‘%(title)s’ could not be checked."),
    gettext_noop("Not all of ‘%(title)s’ could be checked."),
    gettext_noop("The sealed credential of ‘%(title)s’ is not inside."),
    gettext_noop("The credential of ‘%(title)s’ was changed."),
    gettext_noop("It is not kept, because nobody could rely on it: %(why)s"),
    gettext_noop("%(url)s cannot be reached: %(detail)s"),
    gettext_noop("%(url)s took too long to answer."),
    gettext_noop("%(place)s is missing."),
    gettext_noop("%(value)s is not a term of the list %(list)s."),
    gettext_noop("%(value)s is not a date such as 2001-05-31."),
    gettext_noop("%(value)s is a number, not a date: write 2001-05-31."),
    gettext_noop("%(value)s can be read in two ways."),
    gettext_noop("%(value)s is not a web address (https://...)."),
    gettext_noop("%(day)s lies in the future."),
    gettext_noop("The same learner is already in row %(number)s."),
    gettext_noop("There are two columns for %(name)s."),
    gettext_noop("Two columns are chosen for %(name)s."),
    gettext_noop("A class list holds at most %(number)s learners."),
    gettext_noop("A European Student Identifier begins with %(prefix)s."),
    gettext_noop("The invitation went to %(address)s: sign in with that address."),
    gettext_noop("There is an organisation with the short name %(name)s already."),
    gettext_noop("You are the only owner of %(name)s: make somebody else an owner first."),
    gettext_noop("This was changed by %(name)s since you opened it: look at it again."),
    gettext_noop("A wallet holds %(number)s credentials at most."),
    gettext_noop("The level is the one asked: %(level)s."),
    gettext_noop("The level is above the one asked: %(level)s; asked is %(asked)s."),
    gettext_noop("The level is below the one asked: %(level)s; asked is %(asked)s."),
    gettext_noop("The field is %(field)s; asked is %(asked)s."),
    gettext_noop("‘%(title)s’ is complete: %(done)s of %(all)s parts, %(ects)s ECTS."),
    gettext_noop("‘%(title)s’ is not complete yet: %(done)s of %(all)s parts, %(ects)s ECTS."),
    gettext_noop("‘%(title)s’ needs %(number)s more of its %(all)s."),
    gettext_noop("‘%(title)s’ needs %(ects)s more ECTS."),
    gettext_noop("%(ects)s more ECTS are needed for ‘%(title)s’."),
    gettext_noop("Nothing fills ‘%(title)s’ yet."),
    gettext_noop("it was valid until %(day)s"),
    gettext_noop("for ‘%(title)s’, %(why)s"),
    gettext_noop("it is not within the field asked (%(asked)s)"),
    gettext_noop("it lacks skills asked (%(asked)s)"),
    gettext_noop("it has %(ects)s ECTS, and %(asked)s are asked"),
    gettext_noop("it is of EQF level %(level)s, and EQF level %(asked)s is asked"),
    gettext_noop("it was achieved on %(day)s, more than %(number)s years ago"),
    gettext_noop("‘%(title)s’ is filled by %(what)s"),
    gettext_noop("it would fill ‘%(title)s’, and enough of that choice is filled by others"),
)


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
    return tuple((template, re.compile(_as_pattern(template), re.DOTALL)) for template in _PATTERNS)


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
    return date_format(date.fromisoformat(value)) if _DAY.match(value) else value
