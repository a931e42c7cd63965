"""Controlled vocabularies of Europe: official codes, URIs and labels in tables of our own.

``vocabulary("eqf").find("6")``, ``term(uri)``, ``eqf_of(nqf_uri)``, ``membership(uri, scheme)``,
``word("grade", "de")``.
"""

from credenza.vocabulary.days import written_day
from credenza.vocabulary.esco import EscoSkill, esco_vocabulary, is_esco_uri, read_esco
from credenza.vocabulary.frameworks import country_of, eqf_of, national_levels
from credenza.vocabulary.membership import Membership, membership
from credenza.vocabulary.terms import Term, Vocabulary, by_scheme, names, term, vocabulary
from credenza.vocabulary.words import LANGUAGES, is_right_to_left, word

__all__ = [
    "LANGUAGES",
    "EscoSkill",
    "Membership",
    "Term",
    "Vocabulary",
    "by_scheme",
    "country_of",
    "eqf_of",
    "esco_vocabulary",
    "is_esco_uri",
    "is_right_to_left",
    "membership",
    "names",
    "national_levels",
    "read_esco",
    "term",
    "vocabulary",
    "word",
    "written_day",
]
