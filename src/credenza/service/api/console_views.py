"""The console's page for API keys and webhooks: only owners see it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from credenza.errors import CredenzaError
from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.api import keys
from credenza.service.api.models import ApiKey, WebhookEndpoint, WebhookMessage
from credenza.service.api.scopes import SCOPES
from credenza.service.api.webhooks import endpoints, events
from credenza.service.form_rendering import Day
from credenza.service.jobs.waking import wake
from credenza.service.request_values import one_of

_SHOWN = 10


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Which system uses it, such as: Moodle.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=[(scope.name, scope.words) for scope in SCOPES.values()],
        widget=forms.CheckboxSelectMultiple,
    )
    expires = forms.DateField(label=gettext_lazy("Good until"), required=False, widget=Day())

    def clean_expires(self) -> datetime | None:
        day = self.cleaned_data["expires"]
        if day is None:
            return None
        if day <= timezone.now().date():
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return timezone.make_aware(datetime.combine(day, time()))


class WebhookForm(forms.Form):
    """A new address to be told."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it when"),
        choices=[(name, event.words) for name, event in events.EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
    )


@member(Role.OWNER)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Keys and webhooks; a new secret is shown in the answer to the request that made it, and never again."""
    asked = request.POST.get("do")
    key_form = KeyForm(request.POST if asked == "make-key" else None, prefix="key")
    hook_form = WebhookForm(request.POST if asked == "add-webhook" else None, prefix="hook")
    made: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if asked == "make-key" and key_form.is_valid():
                made, key_form = _make_key(request, organisation, key_form.cleaned_data), KeyForm(prefix="key")
            elif asked == "add-webhook" and hook_form.is_valid():
                made, hook_form = _add(request, organisation, hook_form.cleaned_data), WebhookForm(prefix="hook")
            elif asked == "change-secret":
                made = _change_secret(request, organisation)
            elif asked not in ("make-key", "add-webhook"):
                _change(request, organisation, asked)
                return redirect("console_api", organisation.slug)
        except CredenzaError as error:
            (hook_form if asked == "add-webhook" else key_form).add_error(None, error.message)
    wrong = key_form.errors or hook_form.errors
    context = {"key_form": key_form, "hook_form": hook_form, **made, **_shown(organisation)}
    return console_page(request, "console/api.html", "api", context, status=422 if wrong else 200)


def _make_key(request: HttpRequest, organisation: Organisation, values: dict[str, Any]) -> dict[str, Any]:
    expires = values["expires"]
    _key, secret = keys.make_key(organisation, values["name"], values["scopes"], actor=request.user, expires_at=expires)
    return {"secret": secret, "secret_title": _("The new API key.")}


def _add(request: HttpRequest, organisation: Organisation, values: dict[str, Any]) -> dict[str, Any]:
    _hook, secret = endpoints.add(organisation, values["url"], values["events"], actor=request.user)
    return {"secret": secret, "secret_title": _("The secret by which the address checks our signatures.")}


def _change_secret(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    hook = one_of(organisation.webhooks, request.POST.get("webhook"))
    title = _("The new secret of the address. For a day, messages are signed with the one before too.")
    return {"secret": endpoints.change_secret(hook, actor=request.user), "secret_title": title}


def _change(request: HttpRequest, organisation: Organisation, asked: str | None) -> None:
    if asked == "revoke-key":
        keys.revoke(one_of(organisation.api_keys, request.POST.get("key")), actor=request.user)
        messages.success(request, _("The key is good for nothing from now on."))
    elif asked == "retry":
        endpoints.retry(
            one_of(WebhookMessage.objects.filter(endpoint__organisation=organisation), request.POST.get("message"))
        )
        wake()
    elif asked in ("ping", "disable", "enable", "remove"):
        hook = one_of(organisation.webhooks, request.POST.get("webhook"))
        if asked == "ping":
            events.ping(hook)
            wake()
            messages.info(request, _("A test is on its way: look at what was told lately."))
        else:
            {"disable": endpoints.disable, "enable": endpoints.enable, "remove": endpoints.remove}[asked](
                hook, actor=request.user
            )


def _shown(organisation: Organisation) -> dict[str, Any]:
    listed = organisation.api_keys.select_related("created_by").order_by("-created_at")
    lately = Prefetch("messages", WebhookMessage.objects.order_by("-created_at")[:_SHOWN], to_attr="lately")
    hooks = organisation.webhooks.prefetch_related(lately).order_by("-created_at")
    return {
        "keys": [(key, [SCOPES[one].words for one in key.scopes if one in SCOPES], _state(key)) for key in listed],
        "hooks": [(hook, _words(hook), hook.lately) for hook in hooks],
    }


def _words(hook: WebhookEndpoint) -> list[Any]:
    return [events.EVENTS[one].words for one in hook.events if one in events.EVENTS]


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= timezone.now() else "in-force"
