"""ESCO's skills, kept for the designer's search: one official CSV a language, each import adding its labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from credenza.service.catalogue.models import EscoSkill
from credenza.service.catalogue.versions import folded
from credenza.vocabulary import EscoSkill as Skill
from credenza.vocabulary import read_esco

_AT_A_TIME = 1000


def import_skills(lines: Iterable[str], language: str) -> int:
    """Keep the skills of one official CSV; imported again, or in another language, labels are replaced or added.

    Raises:
        MalformedInput: as ``vocabulary.read_esco``; then nothing is kept.
    """
    count = 0
    with transaction.atomic():
        for some in _in_parts(read_esco(lines)):
            known = EscoSkill.objects.in_bulk([one.uri for one in some])
            made = []
            for one in some:
                skill = known.get(one.uri) or EscoSkill(uri=one.uri, labels={}, search_text="")
                skill.labels = {**skill.labels, language: one.label}
                words = folded(" ".join((one.label, *one.other_labels)))
                skill.search_text = (
                    f"{skill.search_text}\n{words}".strip() if words not in skill.search_text else skill.search_text
                )
                made.append(skill)
            EscoSkill.objects.bulk_create(
                made, update_conflicts=True, unique_fields=["uri"], update_fields=["labels", "search_text"]
            )
            count += len(made)
    return count


def _in_parts(skills: Iterator[Skill]) -> Iterator[list[Skill]]:
    while some := list(islice(skills, _AT_A_TIME)):
        yield some
