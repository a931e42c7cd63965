"""Who the applicant is, by what others than the applicant say: institutions at sign-in, and the way a credential came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db.models import Q
from django.utils.translation import gettext as _

from credenza.recognition.person import Assertion, Assurance, Possession
from credenza.record import Award, Identifier, IdentifierKind, Learner
from credenza.service.accounts.models import User
from credenza.service.accounts.oidc.provider import claims_of
from credenza.service.accounts.vouching import vouched
from credenza.service.exchange.models import EmrexFetch, FetchState
from credenza.service.recognition.models import Case
from credenza.service.wallet import holding
from credenza.service.wallet.models import HeldCredential


def expected_of(user: User) -> Assertion:
    """Whom results that come from elsewhere must name: as an institution asserts the person, completed by the profile."""
    own = user.as_learner
    named = next((one for one in asserted_of(user) if one.learner.name), None)
    if named is None:
        return Assertion(learner=own, assurance=Assurance.SELF_STATED, source="applicant")
    learner = named.learner
    completed = {
        "birth_date": learner.birth_date or own.birth_date,
        "identifiers": learner.identifiers or own.identifiers,
    }
    return named.model_copy(update={"learner": learner.model_copy(update=completed)})


def asserted_of(user: User | None) -> tuple[Assertion, ...]:
    """What each institution says of a person who signs in by it (MyAcademicID, eduGAIN: it names its home organisation).

    A provider that names no institution for which it may speak vouches for nobody: what it says may be what the person
    told it.
    """
    if user is None:
        return ()
    found = (_asserted(one) for one in SocialAccount.objects.filter(user=user).order_by("pk"))
    return tuple(one for one in found if one is not None)


def possession_of(user: User, held: HeldCredential, named: Award | None) -> Possession | None:
    """How the credential came into the wallet, where only the learner can have brought it there."""
    fetch = EmrexFetch.objects.filter(learner=user, state=FetchState.TAKEN, decided_by=None, credentials=held).first()
    if fetch is not None:
        return Possession(assurance=Assurance.INSTITUTION, source=fetch.provider_title)
    mailed = held.award.email if held.award is not None else named.learner.email if named is not None else None
    if mailed and mailed.lower() in holding.addresses_of(user):
        return Possession(assurance=Assurance.MAIL_CONFIRMED, source="mail")
    return None


def possession_again(case: Case, known: Possession | None) -> Possession | None:
    """As ``possession_of``, when the applicant may have fetched the same credential since; the better one counts."""
    same = Q(digest=case.digest) | (Q(award=case.recognised) if case.recognised is not None else Q())
    for held in HeldCredential.objects.filter(same, owner=case.applicant).select_related("award"):
        found = possession_of(held.owner, held, None)
        if found is not None and (known is None or not known.assurance.reaches(found.assurance)):
            known = found
    return known


def _asserted(account: SocialAccount) -> Assertion | None:
    claims, provider = claims_of(account.extra_data), account.provider
    home, esi = vouched(account)
    if not (esi or home):
        return None
    given, family = _line(claims.get("given_name")), _line(claims.get("family_name"))
    whole = _line(claims.get("name"))
    learner = Learner(
        given_name=given,
        family_name=family,
        full_name=None if given or family else whole,
        birth_date=_birth_date(claims),
        identifiers=(Identifier(kind=IdentifierKind.ESI, value=esi),) if esi else (),
    )
    source = _("%(home)s, by %(provider)s") % {"home": home, "provider": provider} if home else provider
    return Assertion(learner=learner, assurance=Assurance.INSTITUTION, source=source[:300])


def _line(value: Any) -> str | None:
    """A name as a provider gives it: one line, or nothing."""
    text = (
        " ".join("".join(one if one.isprintable() else " " for one in value).split()) if isinstance(value, str) else ""
    )
    return text[:300] or None


def _birth_date(claims: Mapping[str, Any]) -> date | None:
    """``birthdate`` of OpenID Connect (2001-05-31), or ``schac_date_of_birth`` (20010531)."""
    for name in ("birthdate", "schac_date_of_birth"):
        value = claims.get(name)
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            continue
    return None
