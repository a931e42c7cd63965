"""Who asks by the JSON API: an API key, for what its scopes say and what its maker may still do themselves.

A key acts as the person who made it: where a second person must approve, a key is no second person. No cookie is looked
at, so that no page of another site can use somebody's session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from credenza.errors import Refused
from credenza.service.accounts.access import may, roles_of
from credenza.service.accounts.models import Organisation, Role, User
from credenza.service.api import keys
from credenza.service.api.models import ApiKey
from credenza.service.api.scopes import SCOPES


@dataclass(frozen=True)
class Caller:
    """The key of a request, its organisation, and the person in whose name it acts."""

    key: ApiKey
    organisation: Organisation
    person: User


class ApiKeyAuth(HttpBearer):
    """``Authorization: Bearer cz_...`` with one scope, whose maker has one of these roles now (none named: any role)."""

    def __init__(self, scope: str, roles: tuple[Role, ...]) -> None:
        super().__init__()
        self._scope, self._roles = scope, roles

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller.

        Raises:
            AuthenticationError: no key in force. Refused: ``scope-missing``, ``key-maker-may-not``.
        """
        key = keys.key_in_force(request)
        if key is None:
            raise AuthenticationError
        if self._scope not in key.scopes:
            raise Refused("scope-missing", f"This API key does not have the scope {self._scope!r}.")
        return caller_of(key, self._roles)


def caller_of(key: ApiKey, needed: tuple[Role, ...]) -> Caller:
    """In whose name a key acts.

    Raises:
        Refused: ``key-maker-may-not``: its maker has no role any more that may do this.
    """
    person = key.created_by
    roles = roles_of(person, key.organisation) if person is not None else frozenset()
    if person is None or not may(roles, *needed):
        raise Refused("key-maker-may-not", "The person who made this API key may not do this here any more.")
    person.acting_key = key.pk
    return Caller(key, key.organisation, person)


def scoped(scope: str, *roles: Role) -> dict[str, Any]:
    """What an operation is declared with: its scope, and whom the console shows the same, where that is not every member."""
    return {"auth": ApiKeyAuth(scope, roles or SCOPES[scope].roles), "openapi_extra": {"x-scope": scope}}


def taking(scope: str, media_type: str, words: str) -> dict[str, Any]:
    """What an operation is declared with whose body is a file of this type; ``words`` say what stands in it."""
    declared = scoped(scope)
    content = {media_type: {"schema": {"type": "string", "description": words}}}
    declared["openapi_extra"] |= {"requestBody": {"required": True, "content": content}}
    return declared
