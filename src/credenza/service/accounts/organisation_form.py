"""The organisation's own page: who it is, as every credential will say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from credenza.errors import MalformedInput
from credenza.record import IdentifierKind, Location, Media
from credenza.record import Organisation as OrganisationRecord
from credenza.service.accounts import logo
from credenza.service.accounts.models import Organisation, User
from credenza.service.accounts.provisioning import change_organisation
from credenza.service.catalogue.text_fields import LanguagesField, TermField, TermsField
from credenza.service.form_rendering import InSections
from credenza.service.telling import told

_KINDS = (
    (IdentifierKind.VAT, _("VAT number"), ""),
    (IdentifierKind.EIDAS, _("eIDAS identifier"), _("As in the certificate of your seal, such as VATIE-1234567X")),
    (IdentifierKind.PIC, "PIC", _("Participant Identification Code of the EU, nine digits")),
    (IdentifierKind.SCHAC, "SCHAC", _("The domain by which eduGAIN and MyAcademicID know you, such as uni.example")),
    (IdentifierKind.ERASMUS, _("Erasmus code"), _("Such as IRL CORK01")),
    (IdentifierKind.ETER, "ETER", _("European Tertiary Education Register, such as IE0001")),
    (IdentifierKind.ROR, "ROR", _("Research Organization Registry, such as https://ror.org/03yrm5c26")),
    (IdentifierKind.REGISTRATION, _("Registration number"), ""),
)


class OrganisationForm(InSections, forms.Form):
    """Name, place, registered identifiers, contact, logo."""

    SECTIONS = (
        (_("Who you are"), (("legal_name",), ("country", "regions"), ("address",), ("logo",), ("remove_logo",))),
        (_("How to reach you"), (("homepage",), ("email", "phone"))),
        (
            _("By which numbers registers know you"),
            (*(tuple(f"id_{one[0].value}" for one in _KINDS[at : at + 2]) for at in range(0, len(_KINDS), 2)),),
        ),
        (_("How you work"), (("four_eyes",),)),
    )

    legal_name = LanguagesField(label=_("Legal name"))
    country = TermField("country", label=_("Country"))
    regions = TermsField("nuts", label=_("Regions (NUTS)"))
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    homepage = forms.URLField(label=_("Web page"), max_length=500, required=False, assume_scheme="https")
    email = forms.EmailField(label=_("E-mail address for questions"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    logo = forms.FileField(label=_("Logo"), help_text=_("PNG or JPEG, 200 kB at most."), required=False)
    remove_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    four_eyes = forms.BooleanField(
        label=_("A second person approves"),
        help_text=_("Definitions are published, and class lists issued, only by somebody other than their author."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label, help_text in _KINDS:
            self.fields[f"id_{kind.value}"] = forms.CharField(
                label=label, help_text=help_text, max_length=200, required=False
            )
        self.fields["legal_name"].widget.languages = tuple(dict.fromkeys((*self.initial.get("legal_name", {}), "en")))

    def clean_logo(self) -> Media | None:
        upload: UploadedFile | None = self.cleaned_data["logo"]
        if upload is None:
            return None
        try:
            return logo.redrawn(upload.read(logo.LARGEST + 1))
        except MalformedInput as error:
            raise forms.ValidationError(told(error.message)) from error


def initial_of(organisation: Organisation) -> dict[str, Any]:
    """The form as the organisation is now."""
    record = organisation.as_record
    place = record.location
    identifiers = {f"id_{one.kind.value}": one.value for one in record.identifiers}
    return identifiers | {
        "legal_name": dict(record.legal_name.root),
        "country": record.country.notation if record.country else "",
        "regions": [one.notation for one in place.regions] if place else [],
        "address": place.address.best("en") if place and place.address else "",
        "homepage": record.homepage or "",
        "email": record.email or "",
        "phone": record.phone or "",
        "four_eyes": organisation.four_eyes,
    }


def save(organisation: Organisation, values: Mapping[str, Any], *, edition: str, actor: User) -> None:
    """Keep the organisation as the form describes it.

    Raises:
        MalformedInput, Refused, Conflict: as ``provisioning.change_organisation``.
    """
    before = organisation.as_record
    shown = values["logo"] or (None if values["remove_logo"] else before.logo)
    members = {
        "legal_name": values["legal_name"],
        "country": values["country"] or None,
        "regions": values["regions"],
        **_place(before, values["address"]),
        "homepage": values["homepage"] or None,
        "email": values["email"] or None,
        "phone": values["phone"] or None,
        "identifiers": _identifiers(before, values),
    }
    described = {name: value for name, value in members.items() if value}
    change_organisation(
        organisation, described, edition=edition, four_eyes=values["four_eyes"], actor=actor, logo=shown
    )


def _place(before: OrganisationRecord, address: str) -> dict[str, Any]:
    """The address, in its other languages too where it stays the same, and the name of the place."""
    location = before.location or Location()
    stays = location.address is not None and location.address.best("en") == address
    return {
        "address": dict(location.address.root) if stays else address,
        "place": dict(location.name.root) if location.name else None,
    }


def _identifiers(before: OrganisationRecord, values: Mapping[str, Any]) -> dict[str, str]:
    """Those of the form, and those of registers that it does not ask for, as they were."""
    asked = [kind for kind, _label, _help in _KINDS]
    kept = {one.kind.value: one.value for one in before.identifiers if one.kind not in asked}
    return kept | {kind.value: found for kind in asked if (found := values.get(f"id_{kind.value}"))}
