"""The setting that names the institutions by which people sign in (``CREDENZA_OIDC_PROVIDERS``)."""

import json

import pytest

from credenza.errors import Refused
from credenza.service.oidc_settings import for_allauth, form_targets, providers

pytestmark = pytest.mark.django_db


GOOD = {"id": "uni", "name": "U", "server_url": "https://id.uni.example/x", "client_id": "c", "secret": "s"}


class TestSettings:
    def test_scopes_and_origins_are_taken_over(self):
        one = GOOD | {"scopes": ["schac_home_organization"], "form_origins": ["https://login.uni.example"]}
        listed = providers(json.dumps([one]), production=True)
        app = for_allauth(listed)["openid_connect"]["APPS"][0]
        assert app["settings"]["scope"] == ["openid", "schac_home_organization"]
        assert form_targets(listed) == ["https://id.uni.example", "https://login.uni.example"]

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "{}",
            "[1]",
            json.dumps([GOOD | {"secret": ""}]),
            json.dumps([GOOD | {"id": "../x"}]),
            json.dumps([GOOD | {"verify": False}]),
            json.dumps([GOOD, GOOD]),
            json.dumps([GOOD | {"server_url": "http://id.uni.example"}]),
            json.dumps([GOOD | {"scopes": [1]}]),
            json.dumps([GOOD | {"vouches_for": "*"}]),
        ],
    )
    def test_what_is_wrong_or_unsafe_is_refused_at_the_start(self, text):
        with pytest.raises(Refused) as refusal:
            providers(text, production=True)
        assert refusal.value.code == "settings-unsafe"
