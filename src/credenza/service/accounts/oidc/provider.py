"""The provider: PKCE and a nonce with every request, nothing taken over from the address, e-mail trusted only where verified."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse

from credenza.service.accounts.oidc.views import Adapter
from credenza.service.encryption import new_secret


class Provider(OpenIDConnectProvider):
    """A provider of ``CREDENZA_OIDC_PROVIDERS``."""

    pkce_enabled_default = True
    oauth2_adapter_class = Adapter

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """To the provider's page; the nonce is kept with the state, and must come back in the ID token."""
        nonce = new_secret()
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Only what the settings say: a link of a stranger adds nothing."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, verified only where the provider says just that."""
        claims = claims_of(data)
        email = claims.get("email")
        if not isinstance(email, str) or not email:
            return []
        return [EmailAddress(email=email.lower(), verified=claims.get("email_verified") is True, primary=True)]


def claims_of(data: dict[str, Any]) -> dict[str, Any]:
    """What the provider says of a person: the ID token, and the user information, which knows more."""
    return {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}


provider_classes = [Provider]
