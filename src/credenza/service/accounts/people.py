"""Members of an organisation: invited, given roles, taken out; an organisation never loses its last owner."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from credenza.errors import Conflict, Refused
from credenza.service import encryption
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Invitation, Membership, Organisation, Role, User
from credenza.service.accounts.posting import posting

INVITED_FOR = timedelta(days=7)


def invite(organisation: Organisation, email: str, role: str, *, actor: User) -> str:
    """Send an invitation; the secret of its link goes to that address and nowhere else. What was not sent is not stored.

    Raises:
        Refused: ``mail-address-refused``. Unreachable: ``mail-away``.
    """
    secret, until = encryption.new_secret(), timezone.now() + INVITED_FOR
    context = {
        "organisation": organisation,
        "role": Role(role).label,
        "link": f"{settings.SITE_URL}/invitation/{secret}",
        "until": until,
    }
    subject = _("You are invited to %(name)s on Credenza") % {"name": organisation.name}
    body = render_to_string("accounts/mail/invitation.txt", context)
    with posting():
        send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [email])
    with transaction.atomic():
        Invitation.objects.filter(organisation=organisation, email=email.lower(), role=role, accepted_at=None).delete()
        Invitation.objects.create(
            organisation=organisation,
            email=email.lower(),
            role=role,
            secret_digest=encryption.digest(secret),
            expires_at=until,
        )
        audit.record(organisation, "member.invited", actor=actor, role=role)
    return secret


def demand_second_factor(organisation: Organisation, demanded: bool, *, actor: User) -> None:
    """Let nobody without a second factor into the organisation's pages, or let them in again.

    Raises:
        Refused: ``second-factor-first``: the owner has none.
    """
    if demanded and not is_mfa_enabled(actor):
        raise Refused("second-factor-first", "Set up your own second factor first: without it you would be locked out.")
    with transaction.atomic():
        if Organisation.objects.filter(pk=organisation.pk, second_factor=not demanded).update(second_factor=demanded):
            audit.record(organisation, "organisation.second-factor", actor=actor, demanded=demanded)


def open_invitation(secret: str) -> Invitation:
    """The invitation of a link.

    Raises:
        Refused: ``invitation-unknown``, ``invitation-used``, ``invitation-expired``.
    """
    found = (
        Invitation.objects.filter(secret_digest=encryption.digest(secret[:100])).select_related("organisation").first()
    )
    if found is None:
        raise Refused("invitation-unknown", "This link is not one of ours. Was it copied whole?")
    if found.accepted_at is not None:
        raise Refused("invitation-used", "This invitation was accepted already.")
    if found.expires_at <= timezone.now():
        raise Refused("invitation-expired", "This invitation has expired. Ask for a new one.")
    return found


def accept(secret: str, user: User) -> Membership:
    """Join the organisation; only whoever holds the invited address can.

    Raises:
        Refused: as ``open_invitation``, and ``invitation-elsewhere`` for another person's address.
    """
    invitation = open_invitation(secret)
    verified = user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists()
    if not verified:
        raise Refused("invitation-elsewhere", f"The invitation went to {invitation.email}: sign in with that address.")
    with transaction.atomic():
        mine = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
        if not mine.update(accepted_at=timezone.now()):
            raise Refused("invitation-used", "This invitation was accepted already.")
        membership, _made = Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, role=invitation.role
        )
        audit.record(invitation.organisation, "member.joined", actor=user, subject=user.pk, role=invitation.role)
    return membership


def give_role(organisation: Organisation, user: User, role: str, *, actor: User) -> None:
    """Add a role to a member."""
    with transaction.atomic():
        _made, new = Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
        if new:
            audit.record(organisation, "member.role-given", actor=actor, subject=user.pk, role=role)


def take_role(membership: Membership, *, actor: User) -> None:
    """Take a role away; with the last one go the person's API keys.

    Raises:
        Conflict: ``last-owner``.
    """
    from credenza.service.api import keys  # which builds on the accounts

    with transaction.atomic():
        lock(membership.organisation)
        owners = Membership.objects.filter(organisation=membership.organisation, role=Role.OWNER)
        if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
            raise Conflict("last-owner", "An organisation needs an owner: make somebody else one first.")
        deleted, _by_model = Membership.objects.filter(pk=membership.pk).delete()
        if deleted:
            if not Membership.objects.filter(user=membership.user_id, organisation=membership.organisation).exists():
                keys.revoke_of(membership.user, membership.organisation, actor=actor)
            audit.record(
                membership.organisation,
                "member.role-taken",
                actor=actor,
                subject=membership.user_id,
                role=membership.role,
            )
