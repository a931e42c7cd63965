"""Transcripts that came without paper, offered to the wallet of the student whom they name; nothing is taken over silently."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from credenza.document import elmo
from credenza.exchange.emrex import identity
from credenza.service.accounts.models import User
from credenza.service.exchange.emrex.keeping import keep
from credenza.service.exchange.models import ReceivedTranscript
from credenza.service.recognition.identities import expected_of
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldState

_A_VISIT = 20


def offer_to(user: User) -> None:
    """Offer what came for a student identifier that the institution vouched for, or a confirmed address of the person.

    A sealed credential inside is offered as such; where there is none, the transcript, which says that it is not sealed.
    What names a person with another birth date or name is offered to nobody.
    """
    mine = Q(email__in=holding.addresses_of(user))
    if user.esi and user.esi_confirmed:
        mine |= Q(esi=user.esi.lower())
    for one in ReceivedTranscript.objects.filter(mine, offered_to=None)[:_A_VISIT]:
        _offer(user, one)


def _offer(user: User, came: ReceivedTranscript) -> None:
    document = bytes(came.document)
    transcript, person = elmo.from_bytes(document), expected_of(user).learner
    if identity.match_transcript(person, transcript).verdict == "different":
        return
    sender = came.receiving_institution
    with transaction.atomic():
        if ReceivedTranscript.objects.filter(pk=came.pk, offered_to=None).update(offered_to=user):
            source = _("From %(sender)s, by Erasmus Without Paper") % {"sender": sender}
            keep(user, document, transcript, expected=person, sender=sender, state=HeldState.OFFERED, source=source)
