"""A person's rights over their data: a copy of everything (GDPR articles 15 and 20), and erasure (article 17)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q

from credenza.errors import Conflict, CredenzaError
from credenza.service import databases
from credenza.service.accounts.models import Invitation, Membership, Organisation, Role, User
from credenza.service.api import keys as api_keys
from credenza.service.api.models import ApiKey
from credenza.service.issuance import erasure, rows_of_learner
from credenza.service.issuance.documents import document
from credenza.service.issuance.models import Award
from credenza.service.issuance.sealers import STORED_FORMATS
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential

_README = """This is everything that Credenza keeps about you.

profile.json       who you are
credentials.json   what is in your wallet
shares.json        what you shared, with whom, and when it was looked at
memberships.json   your roles in organisations
sign_ins.json      where you are signed in
recognition.json   what you asked to be recognised, and what became of it
fetched.json       results that you fetched from other institutions, and what came of it
pathways.json      pathways that you follow, and larger awards that you asked for
credentials/       your credentials as sealed files; check them anywhere
"""


def export(user: User) -> bytes:
    """A ZIP file of everything about the person, the sealed credentials among it."""
    from credenza.service.recognition import erasure as recognition  # which builds on the wallet

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        _write(archive, "profile.json", _profile(user))
        _write(
            archive,
            "memberships.json",
            [
                {"organisation": str(one.organisation), "role": one.role}
                for one in user.memberships.select_related("organisation")
            ],
        )
        _write(archive, "sign_ins.json", list(user.sign_ins.values("began_at", "seen_at", "agent")))
        _write(archive, "recognition.json", recognition.told_to(user))
        _write(archive, "shares.json", [_share(one) for one in user.shares.order_by("created_at")])
        _write(archive, "pathways.json", _pathways(user))
        _write(archive, "fetched.json", [_fetch(one) for one in user.emrex_fetches.order_by("created_at")])
        held = list(holding.within_reach(user).select_related("award__organisation", "award__version"))
        _write(archive, "credentials.json", [_credential(one) for one in held])
        for one in held:
            for name, data in _files(one):
                archive.writestr(f"credentials/{name}", data)
    return out.getvalue()


def erase(user: User) -> None:
    """Delete the account, and all that is personal in the awards that it holds or that were sent to its addresses.

    The status entries of these awards keep working.

    Raises:
        Conflict: ``last-owner``: an organisation would be left without an owner.
    """
    from credenza.service.exchange.ewp import transcripts  # which build on the wallet
    from credenza.service.recognition import erasure as recognition

    with transaction.atomic():
        _refuse_last_owner(user)
        addresses = holding.addresses_of(user)
        Invitation.objects.filter(email__in=addresses).delete()
        for key in ApiKey.objects.filter(created_by=user).select_related("organisation"):
            api_keys.revoke(key, actor=user)
        recognition.forget(user)
        awards = Award.objects.filter(Q(holder=user) | Q(holder=None, email__in=addresses))
        transcripts.forget(awards, user.esi if user.esi_confirmed else "")
        locked = awards.select_for_update(of=("self",), no_key=True)
        for award in locked.select_related("organisation").order_by("organisation_id", "pk"):
            _erase_award(award)
        rows_of_learner.forget_addresses(addresses)
        _end_sessions(user, addresses)
        user.delete()
        transaction.on_commit(databases.overwrite_deleted)


def _erase_award(award: Award) -> None:
    """Take out of an award all that is personal; its id, dates and place in the status list stay."""
    HeldCredential.objects.filter(award=award).delete()
    erasure.erase(award)


def _end_sessions(user: User, addresses: Collection[str]) -> None:
    """Delete every session of the person, also an old one, and one in which a sign-in with an address was only begun."""
    marks = (str(user.pk), *(json.dumps(one) for one in addresses))
    for session in Session.objects.iterator():
        kept = json.dumps(session.get_decoded())
        if any(mark in kept for mark in marks):
            session.delete()


def _refuse_last_owner(user: User) -> None:
    owned = user.memberships.filter(role=Role.OWNER).values("organisation")
    list(
        Organisation.objects.select_for_update(no_key=True).filter(pk__in=owned).order_by("pk")
    )  # two owners may leave at once
    for membership in user.memberships.filter(role=Role.OWNER).select_related("organisation"):
        others = Membership.objects.filter(organisation=membership.organisation, role=Role.OWNER).exclude(user=user)
        if not others.exists():
            name = membership.organisation.name
            raise Conflict("last-owner", f"You are the only owner of {name}: make somebody else an owner first.")


def _write(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    archive.writestr(name, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))


def _profile(user: User) -> dict[str, Any]:
    names = ("email", "given_name", "family_name", "birth_date", "language", "country", "esi", "home_organisation")
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    accounts = SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data", "date_joined")
    said = {name: getattr(user, name) for name in (*names, "esi_confirmed", "date_joined", "last_login")}
    return said | {"email_addresses": list(addresses), "sign_in_providers": list(accounts)}


def _share(share: Any) -> dict[str, Any]:
    return {
        "for_whom": share.audience,
        "created": share.created_at,
        "until": share.expires_at,
        "views": share.views,
        "maximum_views": share.maximum_views,
        "withdrawn": share.withdrawn_at,
        "credentials": [
            {"title": one.credential.title, "fields": one.fields} for one in share.items.select_related("credential")
        ],
        "log": [{"at": one.at, "outcome": one.outcome, "agent": one.agent} for one in share.log.order_by("at")],
    }


def _pathways(user: User) -> dict[str, Any]:
    asked = user.award_requests.select_related("version").order_by("asked_at")
    return {
        "followed": [
            {"pathway": one.pathway.uri, "since": one.since} for one in user.pathways.select_related("pathway")
        ],
        "asked": [
            {"pathway": one.version.title, "at": one.asked_at, "state": one.state, "note": one.note} for one in asked
        ],
    }


def _fetch(fetch: Any) -> dict[str, Any]:
    return {
        "from": fetch.provider_title,
        "for": str(fetch.organisation) if fetch.organisation else None,
        "begun": fetch.created_at,
        "answered": fetch.answered_at,
        "state": fetch.state,
        "agreement": fetch.score,
        "reasons": fetch.reasons,
    }


def _credential(held: HeldCredential) -> dict[str, Any]:
    return {
        "id": held.id,
        "title": held.title,
        "issuer": held.issuer_name,
        "issued": held.issued_at,
        "state": held.state,
        "added": held.added_at,
        "record": held.award.record if held.award else None,
    }


def _files(held: HeldCredential) -> list[tuple[str, bytes]]:
    if held.data is not None:
        return [(f"{held.id}.{held.format}", bytes(held.data))]
    found = []
    for name in (*STORED_FORMATS, "clr", "pdf"):
        try:
            made = document(held.award, name)
        except CredenzaError:
            continue
        found.append((f"{held.id}-{name}.{made.extension}", made.data))
    return found
