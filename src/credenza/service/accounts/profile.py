"""A person's own profile: what helps to match credentials to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credenza.record.student_identifier import PREFIX
from credenza.service.accounts import sessions as own_sessions
from credenza.service.accounts.models import User
from credenza.service.countries import countries
from credenza.service.form_rendering import Day

_OLDEST = 1900


class ProfileForm(forms.ModelForm):
    """Name, date of birth, language, country, European Student Identifier; all may stay empty."""

    language = forms.ChoiceField(label=gettext_lazy("Language of this service"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)

    class Meta:
        model = User
        fields = ["given_name", "family_name", "birth_date", "country", "language", "esi"]
        widgets = {
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name", "dir": "auto"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name", "dir": "auto"}),
            "birth_date": Day({"autocomplete": "bday"}),
            "esi": forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
        }
        help_texts = {
            "birth_date": gettext_lazy("Helps to tell you from others with your name."),
            "esi": gettext_lazy("If your institution has given you one; it begins with urn:schac."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As my browser says")), *settings.LANGUAGES]
        self.fields["country"].choices = [("", _("Not said")), *countries()]

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born and not (born.year >= _OLDEST and born < date.today()):
            raise ValidationError(_("A date of birth lies in the past."))
        return born

    def clean_esi(self) -> str:
        esi = self.cleaned_data["esi"].strip()
        if esi and not esi.casefold().startswith(PREFIX.casefold()):
            raise ValidationError(_("A European Student Identifier begins with urn:schac:personalUniqueCode:int:esi:"))
        return esi

    def save(self, commit: bool = True) -> User:
        """What a person writes here themselves is not what their institution has confirmed."""
        if "esi" in self.changed_data:
            self.instance.esi_confirmed = False
        user: User = super().save(commit)
        return user


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in, and ending that: in one place, or everywhere."""
    mine = own_sessions.sessions_of(request.user)
    if request.method == "POST":
        one = next((each for each in mine if str(each.pk) == request.POST.get("end")), None)
        if one is not None:
            own_sessions.end(request.user, only=one.pk)
            messages.success(request, _("Signed out there."))
        elif "everywhere" in request.POST:
            own_sessions.end(request.user)
            logout(request)
            return redirect("account_login")
        return redirect("sessions")
    context = {"sessions": mine, "here": request.session.get(own_sessions.SIGN_IN), "nav": "profile"}
    return render(request, "accounts/sessions.html", context)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """See and change one's own profile, and find the ways to sign in."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        response = redirect("profile")
        if form.cleaned_data["language"]:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                form.cleaned_data["language"],
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response
    return render(request, "accounts/profile.html", {"form": form, "nav": "profile"})
