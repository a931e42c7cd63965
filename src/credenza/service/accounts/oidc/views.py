"""The way to the provider and back (OpenID Connect Core 1.0, authorization code flow)."""

from __future__ import annotations

from typing import Any

import requests
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse

from credenza.service.accounts.oidc import id_token


class Adapter(OpenIDConnectOAuth2Adapter):
    """Fetches and checks what the provider says; ``expected_nonce`` is the one that was sent with this state."""

    expected_nonce = ""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """The person, after every check of the ID token, and that the user information is about the same one.

        Raises:
            OAuth2Error: something does not hold; the person is told that signing in did not work.
        """
        if self.openid_config.get("issuer") != self._issuer():  # OpenID Connect Discovery 1.0, section 4.3
            raise OAuth2Error("The provider calls itself by another name.")
        text = kwargs["response"].get("id_token")
        if not isinstance(text, str) or not self.expected_nonce:
            raise OAuth2Error("There is no ID token, or none was asked for.")
        said = id_token.check(
            text,
            self._keys(),
            expected_issuer=self._issuer(),
            expected_audience=app.client_id,
            expected_nonce=self.expected_nonce,
        )
        data: dict[str, Any] = {"id_token": said}
        if self.openid_config.get("userinfo_endpoint"):
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != said["sub"]:  # OpenID Connect Core 1.0, section 5.3.2
                raise OAuth2Error("The user information is about somebody else.")
        return self.get_provider().sociallogin_from_response(request, data)

    def _issuer(self) -> str:
        return str(self.get_provider().app.settings["server_url"]).removesuffix("/.well-known/openid-configuration")

    def _keys(self) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            response: requests.Response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            return dict(response.json())


class Callback(OAuth2CallbackView):
    """The way back: the state says which nonce was sent."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.expected_nonce = (state or {}).get("nonce", "")
        return state, response


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider."""
    return _view(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _view(Callback, request, provider_id)


def _view(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = kind.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return response
