"""Who proves an address: only whoever made the account, or added the address, and nobody can prove it for them.

An account can be made with somebody else's address, and with a password that only its maker knows. So the link that confirms an
address works only in the browser that asked for it, or where the person signs in first: who is lured into opening it in a mail
that they did not ask for gives nobody their address. And where the owner of the mailbox gets into an account that was never
used, by a code or a new password, whatever its maker left there is no way in any more.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.views import ConfirmEmailView
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from credenza.service.accounts.models import User

_MADE = "made_account"


def connect() -> None:
    """Know in which browser an account is made, and when its address is proven."""
    user_signed_up.connect(_made, dispatch_uid="proving")
    email_confirmed.connect(_proven, dispatch_uid="proving")


class ConfirmEmail(ConfirmEmailView):
    """What the link in the mail opens."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or where to go first."""
        try:
            owner = self.get_object().email_address.user
        except Http404:
            return super().dispatch(request, *args, **kwargs)
        if _asked_here(request, owner):
            return super().dispatch(request, *args, **kwargs)
        messages.warning(request, _("Open the link in the browser in which you made the account, or sign in first."))
        if request.user.is_authenticated:
            return redirect("home")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")


def _asked_here(request: HttpRequest, owner: User) -> bool:
    """Whether this browser made the account, or its user is signed in here, or would be but for the address."""
    if request.user.is_authenticated:
        return bool(request.user == owner)
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return _made_here(request, owner) or (stage is not None and stage.login.user == owner)


def _made_here(request: HttpRequest, owner: User) -> bool:
    return bool(request.session.get(_MADE) == str(owner.pk))


def _made(request: HttpRequest, user: User, **_more: Any) -> None:
    request.session[_MADE] = str(user.pk)


def _proven(request: HttpRequest, email_address: EmailAddress, **_more: Any) -> None:
    """Of an account that nobody was in yet, only the ways in stay by which this very person came."""
    owner: User = email_address.user
    if owner.last_login is not None or _made_here(request, owner):
        return
    came_by = {one["method"] for one in get_authentication_records(request, owner)}
    if "password" not in came_by:
        owner.set_unusable_password()
        owner.save(update_fields=["password"])
    if "socialaccount" not in came_by:
        SocialAccount.objects.filter(user=owner).delete()
