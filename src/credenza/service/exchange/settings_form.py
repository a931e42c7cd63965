"""What an organisation allows of transfers: the form of the console, and keeping what it says."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credenza.service import editions
from credenza.service.accounts import audit
from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Organisation, User
from credenza.service.exchange.models import TransferSettings

_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?\Z")
_MOST_HOSTS = 500


class TransferForm(forms.ModelForm):
    """Who may take results where, whether we take any, and whether we are a node of Erasmus Without Paper."""

    class Meta:
        model = TransferSettings
        fields = ["provides", "client_hosts", "decides", "exchanges"]
        widgets = {"client_hosts": forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"})}
        help_texts = {
            "client_hosts": gettext_lazy(
                "Host names of other institutions' services, one a line; *.university.example for all below one."
                " Results go nowhere else."
            ),
            "decides": gettext_lazy(
                "Your evaluators decide where it is in doubt whether results are of the learner who fetched them."
            ),
            "exchanges": gettext_lazy(
                "It needs your SCHAC identifier, such as university.example, in your description."
            ),
        }

    def clean_client_hosts(self) -> str:
        hosts = self.cleaned_data["client_hosts"].casefold().split()
        wrong = [host for host in hosts if not _HOST.match(host) or ".." in host]
        if wrong or len(hosts) > _MOST_HOSTS:
            raise ValidationError(_("%(host)s is not a host name."), params={"host": wrong[0] if wrong else "…"})
        return "\n".join(dict.fromkeys(hosts))


def settings_of(organisation: Organisation) -> TransferSettings:
    """What the organisation allows; nothing where nobody has decided anything."""
    found = TransferSettings.objects.filter(organisation=organisation).first()
    return found or TransferSettings(organisation=organisation)


def edition(stored: TransferSettings) -> str:
    """The edition of these settings, which whoever changes them gives back."""
    return editions.edition_of(_said(stored))


def save(form: TransferForm, *, edition: str, actor: User | str) -> None:
    """Keep what a valid form says; ``edition`` is that of the settings which were read before.

    Raises:
        Conflict: ``transfer-settings-changed``.
    """
    with transaction.atomic():
        organisation = form.instance.organisation
        lock(organisation)
        now = settings_of(organisation)
        editions.require_read("transfer-settings-changed", edition, _said(now))
        form.instance.pk = now.pk
        kept: Any = form.save()
        audit.record(
            kept.organisation, "transfer.settings-changed", actor=actor, subject=kept.organisation_id,
            provides=kept.provides, hosts=kept.client_hosts.split(), decides=kept.decides, exchanges=kept.exchanges,
        )  # fmt: skip


def _said(stored: TransferSettings) -> list[Any]:
    return [getattr(stored, name) for name in TransferForm.Meta.fields]
