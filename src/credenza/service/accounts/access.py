"""Who may do what: a view of an organisation names the roles it needs; strangers are told that nothing is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, UUIDField
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from credenza.service.accounts.models import Membership, Organisation, Role
from credenza.service.prepared import Prepared, Slot

P = ParamSpec("P")
AWARD_READERS = (Role.ISSUER, Role.REGISTRAR, Role.READER)
AWARD_CHANGERS = CLASS_LIST_READERS = (Role.ISSUER, Role.REGISTRAR)
_ROLES = Prepared(
    lambda: Membership.objects.filter(
        user=Slot("user", UUIDField()), organisation=Slot("organisation", UUIDField())
    ).only("role")
)
View = Callable[Concatenate[HttpRequest, Organisation, P], HttpResponseBase]


def organisations_of(user: Any) -> QuerySet[Organisation]:
    """The organisations in which this person has any role."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(memberships__user=user).distinct().order_by("name")


def roles_of(user: Any, organisation: Organisation) -> frozenset[str]:
    """The person's roles in the organisation."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return frozenset(one.role for one in _ROLES.all(user=user.pk, organisation=organisation.pk))


def may(roles: frozenset[str], *needed: Role) -> bool:
    """Whether one of these roles is among those needed; an owner may do everything, and any member may read."""
    return Role.OWNER in roles or bool(roles & set(needed)) or (not needed and bool(roles))


def member(*needed: Role) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A view of ``/console/<slug>/...``: it gets the organisation in place of the slug.

    Not a member: 404, so that nobody learns which organisations exist. A member without the role: 403. No role named:
    any member. Where the organisation demands a second factor (allauth asks whoever has one for it at each sign-in), a
    member without one is told to set it up.

    ``request.roles`` holds the person's roles for templates. No browser keeps what such a view shows.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            organisation = Organisation.objects.filter(slug=slug).first()
            roles = roles_of(request.user, organisation) if organisation else frozenset()
            if organisation is None or not roles:
                raise Http404
            if not may(roles, *needed):
                raise PermissionDenied
            if organisation.second_factor and not is_mfa_enabled(request.user):
                return render(request, "accounts/second_factor.html", {"organisation": organisation}, status=403)
            request.roles = roles
            request.organisation = organisation
            response = view(request, organisation, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate
