"""Sign-in by other institutions from one setting: ``CREDENZA_OIDC_PROVIDERS``, a list in JSON.

Each provider has ``id`` (for addresses), ``name`` (for people), ``server_url``, ``client_id``, ``secret``, and may have
``scopes`` (a list, ``openid profile email`` where not said), ``form_origins`` (a list of further origins to which its sign-in
leads, for the content security policy) and ``vouches_for`` (a list of home organisations, see ``accounts.vouching``).
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from credenza.errors import Refused

_NEEDED = frozenset({"id", "name", "server_url", "client_id", "secret"})
_LISTS = frozenset({"scopes", "form_origins", "vouches_for"})
_ID = re.compile(r"[a-z0-9-]{1,40}\Z")


def providers(text: str | None, *, production: bool) -> list[dict[str, Any]]:
    """The providers, checked.

    Raises:
        Refused: ``settings-unsafe``: not such a list, an id twice, or not https in production.
    """
    if not text:
        return []
    try:
        listed = json.loads(text)
    except ValueError as error:
        raise _refusal("is not JSON") from error
    if not isinstance(listed, list):
        raise _refusal("must be a list")
    for one in listed:
        _check(one, production)
    ids = [one["id"] for one in listed]
    if len(set(ids)) != len(ids):
        raise _refusal("names an id twice")
    return listed


def _check(one: Any, production: bool) -> None:
    if not isinstance(one, dict) or not set(one) >= _NEEDED or not set(one) <= _NEEDED | _LISTS:
        raise _refusal(
            f"needs {', '.join(sorted(_NEEDED))} for each provider, and may have {', '.join(sorted(_LISTS))}"
        )
    if not all(isinstance(one[name], str) and one[name] for name in _NEEDED) or not _ID.match(one["id"]):
        raise _refusal("has an empty member, or an id with other than small letters, digits and hyphens")
    lists = [one.get(name, []) for name in _LISTS]
    if not all(isinstance(found, list) and all(isinstance(value, str) for value in found) for found in lists):
        raise _refusal("has a list of other than texts")
    addresses = [one["server_url"], *one.get("form_origins", [])]
    if production and any(urlsplit(url).scheme != "https" or not urlsplit(url).hostname for url in addresses):
        raise _refusal(f"has an address of {one['id']} that is not https")


def for_allauth(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS``."""
    apps = [
        {
            "provider_id": one["id"],
            "name": one["name"],
            "client_id": one["client_id"],
            "secret": one["secret"],
            "settings": {
                "server_url": one["server_url"],
                "vouches_for": one.get("vouches_for", []),
                "scope": list(dict.fromkeys(["openid", *one.get("scopes", ["profile", "email"])])),
            },
        }
        for one in listed
    ]
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}


def form_targets(listed: list[dict[str, Any]]) -> list[str]:
    """The origins to which a sign-in form may lead: browsers hold the policy against redirects of forms too."""
    urls = [url for one in listed for url in (one["server_url"], *one.get("form_origins", []))]
    return list(dict.fromkeys(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in urls))


def _refusal(what: str) -> Refused:
    return Refused("settings-unsafe", f"CREDENZA_OIDC_PROVIDERS {what}.")
