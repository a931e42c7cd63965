"""The pages about an organisation's people: who belongs to it, inviting, roles, and what they must sign in with."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from credenza.errors import CredenzaError
from credenza.service.accounts import people
from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Membership, Organisation, Role, User
from credenza.service.request_values import behind_a_secret, one_of, whole_number
from credenza.service.verification.rate_limits import limited


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", gettext_lazy("Choose a role")), *Role.choices])


@member(Role.OWNER)
@require_http_methods(["GET", "POST"])
@limited("invite", a_minute=20)
def people_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Who belongs to the organisation, and inviting."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.invite(organisation, form.cleaned_data["email"], form.cleaned_data["role"], actor=request.user)
        except CredenzaError as error:
            form.add_error("email", error.message)
        else:
            messages.success(request, _("The invitation is on its way. It works for seven days."))
            return redirect("console_people", organisation.slug)
    members: dict[User, list[Membership]] = {}
    for one in organisation.memberships.select_related("user").order_by("user__email", "role"):
        members.setdefault(one.user, []).append(one)
    invited = organisation.invitations.filter(accepted_at=None).order_by("-created_at")[:100]
    context = {"members": list(members.items()), "form": form, "invited": invited, "roles": Role.choices}
    return console_page(request, "console/people.html", "people", context)


@member(Role.OWNER)
@require_POST
def change_person(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Give or take a role."""
    try:
        if "take" in request.POST:
            taken = whole_number(request.POST["take"])
            people.take_role(get_object_or_404(organisation.memberships, pk=taken), actor=request.user)
        else:
            members = User.objects.filter(memberships__organisation=organisation).distinct()
            user = one_of(members, request.POST.get("user"))
            if request.POST.get("role") in Role.values:
                people.give_role(organisation, user, request.POST["role"], actor=request.user)
    except CredenzaError as error:
        messages.error(request, error.message)
    return redirect("console_people", organisation.slug)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@limited("invitation", a_minute=20)
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What a mailed invitation opens."""
    try:
        if request.method == "POST":
            joined = people.accept(secret, request.user)
            messages.success(request, _("Welcome to %(name)s.") % {"name": joined.organisation.name})
            return redirect("console", joined.organisation.slug)
        context = {"invitation": people.open_invitation(secret)}
    except CredenzaError as error:
        return behind_a_secret(render(request, "console/invitation.html", {"problem": error.message}, status=410))
    return behind_a_secret(render(request, "console/invitation.html", context))


@member(Role.OWNER)
@require_POST
def second_factor(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Demand a second factor of every member, or no longer."""
    demanded = "demand" in request.POST
    try:
        people.demand_second_factor(organisation, demanded, actor=request.user)
    except CredenzaError as error:
        messages.error(request, error.message)
    else:
        told = _("Members without a second factor must set one up now.") if demanded else _("It is no longer demanded.")
        messages.success(request, told)
    return redirect("console_people", organisation.slug)
