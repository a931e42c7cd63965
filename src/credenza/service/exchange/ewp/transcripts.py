"""Our incoming mobilities, and the transcripts that are made of the awards of each."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from credenza.document import elmo
from credenza.errors import Conflict, MalformedInput, Refused
from credenza.record import Award as AwardRecord
from credenza.record import Identifier, IdentifierKind
from credenza.record.student_identifier import parse_student_identifier, same_student
from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.exchange.attachments import attachments
from credenza.service.exchange.models import Mobility, ReceivedTranscript
from credenza.service.issuance.models import Award


def schac_of(organisation: Organisation) -> str:
    """The organisation's SCHAC id, by which the network knows it.

    Raises:
        Refused: ``ewp-schac-missing``.
    """
    identifier = organisation.as_record.identifier(IdentifierKind.SCHAC)
    if identifier is None:
        raise Refused("ewp-schac-missing", "The organisation's description has no SCHAC identifier.", status=503)
    return identifier.value


def of_mobility(stored: Mobility, schac: str) -> bytes | None:
    """The transcript as ELMO: the awards in force, the student named by ESI, us by SCHAC id; None where there is none."""
    chosen = list(stored.awards.in_force().select_related("version").order_by("issued_at", "id"))
    if not chosen:
        return None
    records = [_named(award.as_record, stored.esi, schac) for award in chosen]
    sealed = {award.urn: attachments(award) for award in chosen}
    return elmo.to_bytes(elmo.to_transcript(records, generated=timezone.now(), sealed=sealed))


def add_mobility(
    organisation: Organisation,
    *,
    omobility_id: str,
    sending_institution: str,
    esi: str,
    awards: Sequence[Award],
    actor: User | str,
) -> Mobility:
    """A mobility whose transcript is ready to be asked for by its sending institution.

    Raises:
        MalformedInput: ``esi-malformed``, ``mobility-empty``. Refused: ``mobility-other-student`` where an award names
            another student, ``ewp-schac-missing``. Conflict: ``mobility-exists``.
    """
    schac_of(organisation)
    parse_student_identifier(esi)
    if not awards:
        raise MalformedInput("mobility-empty", "A transcript needs at least one award.")
    learners = [award.as_record.learner for award in awards]
    if any(one.esi is not None and not same_student(one.esi, esi) for one in learners):
        raise Refused("mobility-other-student", "One of these awards names another student.")
    if len({(one.name, one.birth_date) for one in learners}) > 1:
        raise Refused("mobility-other-student", "These awards are of several students.")
    try:
        with transaction.atomic():
            made = Mobility.objects.create(
                organisation=organisation,
                omobility_id=omobility_id,
                sending_institution=sending_institution,
                esi=esi,
            )
            made.awards.set(awards)
            audit.record(organisation, "mobility.added", actor=actor, subject=made.id, to=sending_institution)
    except IntegrityError as error:
        raise Conflict("mobility-exists", "There is a mobility of this id already.") from error
    return made


def forget(awards: QuerySet[Award], esi: str) -> None:
    """Delete the mobilities of a student with these awards, and what came of the student that home vouches is ``esi``."""
    Mobility.objects.filter(awards__in=awards).delete()
    if not esi:
        return
    Mobility.objects.filter(esi__iexact=esi).delete()
    ReceivedTranscript.objects.filter(esi=esi.lower()[:255]).delete()


def _named(record: AwardRecord, esi: str, schac: str) -> AwardRecord:
    others = tuple(one for one in record.learner.identifiers if one.kind is not IdentifierKind.ESI)
    student = Identifier(kind=IdentifierKind.ESI, value=esi)
    learner = record.learner.model_copy(update={"identifiers": (student, *others)})
    rest = tuple(one for one in record.issuer.identifiers if one.kind is not IdentifierKind.SCHAC)
    issuer = record.issuer.model_copy(
        update={"identifiers": (Identifier(kind=IdentifierKind.SCHAC, value=schac), *rest)}
    )
    return record.model_copy(update={"learner": learner, "issuer": issuer})
