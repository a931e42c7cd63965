"""What a desk has at hand for a comparison: its settings, its register, its table of levels, and the model for texts."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from credenza.adapters.embedding_matcher import EmbeddingMatcher
from credenza.errors import Unreachable
from credenza.recognition import deqar
from credenza.recognition.comparison import ComparisonSheet, compare
from credenza.recognition.deqar_register import DeqarRegister
from credenza.recognition.outcomes import TextMatcher
from credenza.recognition.policy import Policy as CorePolicy
from credenza.record import Award, IdentifierKind
from credenza.service import editions
from credenza.service.accounts import audit
from credenza.service.accounts.locks import locked
from credenza.service.accounts.models import Organisation, User
from credenza.service.recognition.models import Desk, Policy, Requirement
from credenza.verifying.verified import VerifiedCredential
from credenza.vocabulary.frameworks import Frameworks, NationalLevel, frameworks

_one_at_a_time = Lock()


def desk_of(organisation: Organisation) -> Desk:
    """The organisation's desk; closed until somebody opens it."""
    return Desk.objects.filter(organisation=organisation).first() or Desk(organisation=organisation)


def edition(desk: Desk) -> str:
    """The edition of a desk's settings, which whoever changes them gives back."""
    return editions.edition_of(_said(desk))


def _said(desk: Desk) -> list[Any]:
    return [getattr(desk, name) for name in Desk.SETTINGS]


def configure(organisation: Organisation, *, edition: str, actor: User, **settings: Any) -> Desk:
    """Change how the desk works (``Desk.SETTINGS``); ``edition`` is that of the settings which were read before.

    Raises:
        Conflict: ``desk-changed``.
    """
    with transaction.atomic():
        desk = desk_of(locked(organisation))
        editions.require_read("desk-changed", edition, _said(desk))
        changed = sorted(name for name, value in settings.items() if getattr(desk, name) != value)
        for name in changed:
            setattr(desk, name, settings[name])
        desk.save()
        audit.record(organisation, "desk.changed", actor=actor, changed=changed)
    return desk


def open_requirements() -> QuerySet[Requirement]:
    """Everything that learners may ask recognition for."""
    found = Requirement.objects.filter(withdrawn_at=None, organisation__recognition_desk__is_open=True)
    return found.select_related("organisation__recognition_desk").order_by("organisation__name", "title")


def policies_of(organisation: Organisation) -> list[Policy]:
    """The rules that decide."""
    return list(Policy.objects.filter(organisation=organisation, withdrawn_at=None).order_by("title"))


def rules_of(organisation: Organisation) -> list[CorePolicy]:
    """The rules that decide, as the core knows them."""
    return [one.as_record for one in policies_of(organisation)]


def sheet_of(verified: VerifiedCredential, requirement: Requirement) -> ComparisonSheet:
    """The comparison of a verified credential with what an institution asks, with all that its desk has at hand."""
    organisation = requirement.organisation
    with _one_at_a_time:  # the model keeps what it read
        return compare(
            verified,
            requirement.as_record,
            matcher=_matcher(),
            register=register_of(organisation, verified.award),
            national=levels_of(organisation),
        )


def register_of(organisation: Organisation, award: Award) -> DeqarRegister | None:
    """The imported reports that a credential's claims name; None where the organisation imported none."""
    imported = organisation.register_reports
    if not imported.exists():
        return None
    numbers = [
        number
        for claim in award.micro_credential.all_quality_assurance
        for text in (claim.id, claim.reference.value if _is_deqar(claim.reference) else "")
        if (number := deqar.report_id(text)) is not None
    ]
    named = imported.filter(number__in=numbers).values_list("record", flat=True)
    return DeqarRegister(deqar.QualityReport.model_validate(record) for record in named)


def levels_of(organisation: Organisation) -> Frameworks:
    """All national levels that are known, the organisation's own table before the package's."""
    own = organisation.national_levels.all()
    return frameworks().with_table(
        NationalLevel(one.uri, one.country, one.label, one.eqf, one.source or None) for one in own
    )


@lru_cache(maxsize=1)
def _matcher() -> TextMatcher | None:
    """The model that suggests outcomes alike in meaning; None where it is not installed."""
    try:
        return EmbeddingMatcher()
    except Unreachable:
        return None


def _is_deqar(reference: object) -> bool:
    return getattr(reference, "kind", None) is IdentifierKind.DEQAR
