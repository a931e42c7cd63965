"""Applying for recognition: a credential of the wallet, what an institution asks, and the fields that it may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from credenza.adapters.carriers import sealed_in
from credenza.errors import Conflict, Refused
from credenza.recognition.case import Case as CoreCase
from credenza.recognition.case import digest_of
from credenza.recognition.case_steps import open_case
from credenza.recognition.rules import decide_by_rule
from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.described import fields_of
from credenza.service.recognition import attesting, casework, desks, identities, letters
from credenza.service.recognition.disclosure import ALWAYS, disclosed
from credenza.service.recognition.models import Case, Requirement
from credenza.service.verification import sources
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential, HeldState
from credenza.verifying.verified import VerifiedCredential

MOST_OPEN = 50


def apply(user: User, held: HeldCredential, requirement: Requirement, shown: Collection[str]) -> Case:
    """Ask an institution to recognise a credential; a rule may decide at once, else a person does.

    Raises:
        Refused: ``credential-not-yours``, ``desk-closed``, ``credential-not-verified``, ``recognition-too-many``.
        Conflict: ``recognition-asked``: the same was asked before.
    """
    _require_possible(user, held, requirement)
    now, organisation = timezone.now(), requirement.organisation
    data = sealed_in(holding.bytes_of(held))
    whole = sources.check(data, now=now)
    known = {key for key, _label, _value in fields_of(whole.award, "en")} if whole.award is not None else set()
    report = disclosed(whole, shown)
    verified = VerifiedCredential.of_report(report, checked_at=now)
    case = Case(
        organisation=organisation,
        requirement=requirement,
        applicant=user,
        recognised=held.award,
        data=None if held.award else data,
        digest=digest_of(data),
        shown=sorted((known & {*shown}) | ALWAYS),
        received_at=now,
        applicant_name=(verified.award.learner.name or user.name)[:300],
    )
    opened = open_case(
        verified,
        case_id=f"urn:uuid:{case.pk}",
        digest=case.digest,
        applicant=user.as_learner,
        requirement_id=requirement.uri,
        now=now,
        policy=desks.desk_of(organisation).as_policy,
        sheet=desks.sheet_of(verified, requirement),
        asserted=identities.asserted_of(user),
        possession=identities.possession_of(user, held, whole.award),
    )
    _store(case, *decided_by_rule(case, opened, verified, now=now))
    return casework.get(case.pk)


def _require_possible(user: User, held: HeldCredential, requirement: Requirement) -> None:
    if held.owner_id != user.pk or held.state != HeldState.ACCEPTED:
        raise Refused("credential-not-yours", "Only a credential in your own wallet can be put forward.")
    if requirement.withdrawn_at is not None or not desks.desk_of(requirement.organisation).is_open:
        raise Refused("desk-closed", "This institution takes no applications for this at the moment.")
    waiting = Case.objects.filter(applicant=user, state__in=casework.OPEN_STATES)
    if waiting.count() >= MOST_OPEN:
        raise Refused("recognition-too-many", f"{MOST_OPEN} applications of yours are open; wait for some of them.")


def decided_by_rule(
    case: Case, core: CoreCase, verified: VerifiedCredential, *, now: datetime
) -> tuple[CoreCase, attesting.SealedDecision | None]:
    """What a rule decides, sealed; a desk that cannot seal leaves it to a person."""
    decided = decide_by_rule(core, verified, desks.rules_of(case.organisation), now=now)
    if decided.final is None:
        return decided, None
    try:
        return decided, attesting.seal(decided, case)
    except Refused:
        return core, None


def _store(case: Case, core: CoreCase, sealed: attesting.SealedDecision | None) -> None:
    for name, value in casework.columns_of(core, case.received_at).items():
        setattr(case, name, value)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
            if sealed is not None:
                attesting.store(sealed, case)
            by_rule = {"outcome": core.final.outcome.value, "rule": core.final.rule} if core.final else {}
            audit.record(case.organisation, "recognition.applied", actor="learner", subject=case.pk, **by_rule)
            letters.write(casework.get(case.pk), letters.APPLIED, decided=sealed is not None)
    except IntegrityError as error:
        raise Conflict("recognition-asked", "You have asked this institution for this already.") from error
