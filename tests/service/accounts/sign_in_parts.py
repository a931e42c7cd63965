"""The way to an institution that people sign in by, and back."""

import json
from urllib.parse import urlsplit

import httpx
from identity_provider import CLIENT, SECRET

from credenza.service.accounts.models import User
from credenza.service.oidc_settings import for_allauth, providers


def know(settings, running, institutions):
    known = {"id": "uni", "name": "University", "server_url": running.url, "client_id": CLIENT, "secret": SECRET}
    known |= {"vouches_for": list(institutions)} if institutions else {}
    settings.SOCIALACCOUNT_PROVIDERS = for_allauth(providers(json.dumps([known]), production=False))


def begin(client, **extra):
    """From our sign-in page to the provider: the address that the browser is sent to."""
    answer = client.post("/account/oidc/uni/login/", extra)
    assert answer.status_code == 302, answer.content
    return answer.url


def come_back(client, address):
    """The provider agrees and sends the browser back to us."""
    back = httpx.get(address).headers["location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client, **extra):
    return come_back(client, begin(client, **extra))


def who(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None
