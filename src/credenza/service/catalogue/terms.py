"""Searching the terms of the vocabularies, and ESCO's skills as they were imported."""

from __future__ import annotations

from django.http import Http404

from credenza.service.catalogue.models import EscoSkill
from credenza.service.catalogue.versions import folded
from credenza.vocabulary import names, vocabulary

ESCO = "esco"
_MOST = 20


def search(name: str, text: str, language: str) -> list[dict[str, str]]:
    """The nearest twenty terms whose labels hold the words, in any language: ``value`` (what a form takes) and ``label``.

    Raises:
        Http404: there is no vocabulary of this name.
    """
    words = folded(text[:100]).split()
    if name == ESCO:
        return _skills(words, language)
    if name not in names():
        raise Http404
    found = [
        {"value": one.notation, "label": one.label(language), "detail": one.notation}
        for one in vocabulary(name)
        if all(word in folded(f"{one.notation} {' '.join(one.labels.values())}") for word in words)
    ]
    typed = " ".join(words)
    return sorted(found, key=lambda one: _rank(one, typed))[:_MOST]


def _rank(one: dict[str, str], typed: str) -> tuple[bool, bool, int, str]:
    """The term whose code or label is just what was typed comes first, then those that begin with it, the short first."""
    code, label = folded(one["value"]), folded(one["label"])
    return typed not in (code, label), not label.startswith(typed), len(label), label


def _skills(words: list[str], language: str) -> list[dict[str, str]]:
    found = EscoSkill.objects.all()
    for word in words:
        found = found.filter(search_text__contains=word)
    labels = [(one.uri, one.labels.get(language) or one.labels.get("en") or one.uri) for one in found[:200]]
    shortest = sorted(labels, key=lambda one: len(one[1]))[:_MOST]
    return [{"value": uri, "label": label, "detail": uri.rsplit("/", 1)[-1][:8]} for uri, label in shortest]
