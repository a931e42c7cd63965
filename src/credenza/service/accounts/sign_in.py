"""How people sign in: allauth's adapters, and what MyAcademicID says of a student."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from credenza.service.accounts.models import User

_ESI_PREFIX = "urn:schac:personaluniquecode:int:esi:"


class AccountAdapter(DefaultAccountAdapter):
    """E-mail and password, code by mail, passkeys: as allauth does it."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect: the claims of MyAcademicID (schac_personal_unique_code, schac_home_organization) are kept."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo", claims)
        user.given_name = user.given_name or str(claims.get("given_name", ""))[:200]
        user.family_name = user.family_name or str(claims.get("family_name", ""))[:200]
        user.esi = esi_of(claims.get("schac_personal_unique_code"))
        user.home_organisation = str(claims.get("schac_home_organization") or "")[:255]
        return user


def esi_of(claim: Any) -> str:
    """The European Student Identifier among the values of ``schac_personal_unique_code``, or nothing."""
    values = claim if isinstance(claim, list) else [claim]
    return next((one for one in values if isinstance(one, str) and one.lower().startswith(_ESI_PREFIX)), "")[:255]
