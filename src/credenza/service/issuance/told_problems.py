"""The problems of a row of a class list in the reader's language: the sentence, and the term that was probably meant."""

from __future__ import annotations

import re

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from credenza.record.form import Problem
from credenza.service.telling import told
from credenza.vocabulary import vocabulary

_TERM = re.compile(r"([^\s,(]+) \(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def told_problem(problem: Problem) -> Problem:
    """The same problem, told."""
    suggestion = problem.suggestion
    if suggestion and problem.code == "term-unknown":
        name = "country" if problem.where == "national_id_country" else "supervision"
        suggestion = _TERM.sub(lambda found: _term(name, found[1], found[0]), suggestion)
    elif suggestion and problem.code == "date-ambiguous":
        first, _word, second = suggestion.partition(" or ")
        suggestion = _("%(first)s or %(second)s") % {"first": first, "second": second}
    return Problem(problem.where, problem.code, told(problem.message), suggestion)


def _term(name: str, notation: str, otherwise: str) -> str:
    """A term as the core suggests it, ``XK (Kosovo)``, with the label that the reader knows."""
    found = vocabulary(name).find(notation)
    return f"{notation} ({found.label((get_language() or 'en').split('-')[0])})" if found is not None else otherwise
