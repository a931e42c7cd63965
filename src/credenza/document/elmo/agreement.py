"""Whether what ELMO's own elements show is what our extension of them says.

A reader who knows only ELMO sees the one, Credenza reads the other: a file that tells them apart is refused.
"""

from __future__ import annotations

from typing import Any, NoReturn

from credenza.document.elmo.write import learner_names
from credenza.document.elmo.write_report import eqf_level, result_label
from credenza.errors import MalformedInput
from credenza.record import Award, AwardPart


def refuse_contradiction(told: Award, own: Award) -> tuple[str, ...]:
    """Compare what people would notice, and remark where the head of the file spells the learner's name otherwise.

    One file may hold awards of issuers who write a name differently, so a name is a remark; a birth date or a student
    identifier is not.

    Raises:
        MalformedInput: ``elmo-contradiction``.
    """
    if told.issuer.id != own.issuer.id:
        _refuse("issuer")
    _compare(told, own, language=own.language)
    if len(told.parts) != len(own.parts):
        _refuse("parts")
    for told_part, own_part in zip(told.parts, own.parts, strict=True):
        _compare(told_part, own_part, language=own.language)
    for what, one, other in (
        ("birth date", told.learner.birth_date, own.learner.birth_date),
        ("European Student Identifier", _folded(told.learner.esi), _folded(own.learner.esi)),
    ):
        if one and other and one != other:
            _refuse(what)
    names = [tuple(_token(part) for part in learner_names(award.learner)) for award in (told, own)]
    return () if names[0] == names[1] else ("learner (the head of the file spells the name otherwise)",)


def _compare(told: Award | AwardPart, own: Award | AwardPart, *, language: str) -> None:
    shown, meant = _shown(told, language), _shown(own, language)
    for what, value in meant.items():
        if shown[what] != value:
            _refuse(what)
    awarded = own.awarded or (own.issued if isinstance(own, Award) else None)
    if (told.awarded and told.awarded.date()) != (awarded and awarded.date()):
        _refuse("date")


def _shown(one: Award | AwardPart, language: str) -> dict[str, Any]:
    definition = one.micro_credential
    return {
        "credential": one.id,
        "micro-credential": definition.id,
        "title": {tag: _token(text) for tag, text in definition.title.root.items()},
        "grade": _token(result_label(one.results, language)),
        "credits": definition.ects,
        "level": eqf_level(definition),
    }


def _refuse(what: str) -> NoReturn:
    raise MalformedInput("elmo-contradiction", f"The ELMO file says two different things of the {what}.", of=what)


def _token(text: str | None) -> str | None:
    return " ".join(text.split()) if text is not None else None


def _folded(text: str | None) -> str | None:
    return (_token(text) or "").casefold() or None
