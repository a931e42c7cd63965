"""How people sign in: allauth's adapters, and what MyAcademicID says of a student.

Nobody gets into an account by an e-mail address that a provider only names: accounts are found by provider and subject,
and a person who has an account already connects a provider to it while signed in.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.http import HttpRequest
from django.shortcuts import resolve_url

from credenza.service import encryption
from credenza.service.accounts.models import User
from credenza.service.accounts.oidc.provider import claims_of
from credenza.service.accounts.posting import posting
from credenza.service.accounts.vouching import vouched
from credenza.service.verification.rate_limits import client_address

SECOND_FACTOR = "second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """E-mail and password, code by mail, passkeys: as allauth does it, counted by the addresses that all else is counted by."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter about the account.

        Raises:
            Refused: ``mail-address-refused``. Unreachable: ``mail-away``.
        """
        with posting():
            super().send_mail(template_prefix, email, context)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody begins who asked for no page: staff in the console, learners in their wallet."""
        return resolve_url("console_choose" if request.user.memberships.exists() else "wallet")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets lie encrypted like all others (see ``operations.rekeying``)."""

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return base64.b64encode(encryption.encrypt(text.encode(), purpose=SECOND_FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret.

        Raises:
            Refused: ``secret-unreadable``.
        """
        return encryption.decrypt(base64.b64decode(encrypted_text), purpose=SECOND_FACTOR).decode()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect: the claims of MyAcademicID (schac_personal_unique_code, schac_home_organization) are kept."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """A new account from what the provider says."""
        user: User = super().populate_user(request, sociallogin, data)
        claims = claims_of(sociallogin.account.extra_data)
        user.given_name = user.given_name or _text(claims, "given_name", 200)
        user.family_name = user.family_name or _text(claims, "family_name", 200)
        _confirm(user, sociallogin.account)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody comes back, or connects a provider: what their institution says now is kept."""
        user = request.user if sociallogin.state.get("process") == "connect" else sociallogin.user
        if user is not None and user.pk and user.is_authenticated and _confirm(user, sociallogin.account):
            User.objects.filter(pk=user.pk).update(
                esi=user.esi, esi_confirmed=True, home_organisation=user.home_organisation
            )


def _confirm(user: User, account: SocialAccount) -> bool:
    """Keep the home organisation and the European Student Identifier that count; whether there was an identifier."""
    home, esi = vouched(account)
    user.home_organisation = home or user.home_organisation
    if esi:
        user.esi, user.esi_confirmed = esi, True
    return bool(esi)


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str:
    value = claims.get(name)
    return value[:longest] if isinstance(value, str) else ""
