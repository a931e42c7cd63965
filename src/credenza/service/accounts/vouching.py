"""For whose students a sign-in provider may speak: ``vouches_for`` of its settings, by home organisation.

Nobody stops a provider from claiming that its people are students of any university. So what it says of an institution, or of an
identifier that one gave, counts only where the operator has named that institution for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from credenza.errors import MalformedInput
from credenza.record.student_identifier import parse_student_identifier
from credenza.service.accounts.oidc.provider import claims_of

ANY = "*"
"""Of a federation such as MyAcademicID, which sees to it that each institution speaks for its own students."""
_LONGEST = 255


class Vouched(NamedTuple):
    """The home organisation of a person and their European Student Identifier; what nobody may vouch for is empty."""

    home: str
    esi: str


def vouched(account: SocialAccount) -> Vouched:
    """What counts of what a provider says of a person (``schac_home_organization``, ``schac_personal_unique_code``)."""
    claims, scopes = claims_of(account.extra_data), _scopes(account.provider)
    homes = (one for one in _texts(claims, "schac_home_organization") if _is_within(one.casefold(), scopes))
    identifiers = (one for one in _texts(claims, "schac_personal_unique_code") if _is_within(_scope(one), scopes))
    return Vouched(next(homes, ""), next(identifiers, ""))


def _scopes(provider: str) -> frozenset[str]:
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    named = next((app["settings"]["vouches_for"] for app in apps if app["provider_id"] == provider), ())
    return frozenset(one.casefold() for one in named)


def _is_within(scope: str | None, scopes: frozenset[str]) -> bool:
    return scope is not None and (scope in scopes or ANY in scopes)


def _scope(text: str) -> str | None:
    """The institution or country that gave an identifier; None of what is none."""
    try:
        return parse_student_identifier(text).scope
    except MalformedInput:
        return None


def _texts(claims: Mapping[str, Any], name: str) -> list[str]:
    value = claims.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one and len(one) <= _LONGEST]
