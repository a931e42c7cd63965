"""The console's side navigation: which sections a person sees in an organisation, by role."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.access import AWARD_READERS, CLASS_LIST_READERS, may
from credenza.service.accounts.models import Organisation, Role


@dataclass(frozen=True)
class Section:
    """One part of the console; ``roles`` empty means every member."""

    name: str
    title: Promise
    icon: str
    roles: tuple[Role, ...] = ()

    def address(self, organisation: Organisation) -> str:
        base = f"/console/{organisation.slug}"
        return base if self.name == "home" else f"{base}/{self.name}"


SECTIONS = (
    Section("home", _("Home"), "home"),
    Section("definitions", _("Definitions"), "file"),
    Section("issue", _("Issue"), "plus", CLASS_LIST_READERS),
    Section("awards", _("Awards"), "award", AWARD_READERS),
    Section("recognition", _("Recognition"), "scales", (Role.EVALUATOR, Role.READER)),
    Section("transfer", _("Exchange"), "share", (Role.EVALUATOR, Role.REGISTRAR)),
    Section("pathways", _("Pathways"), "layers"),
    Section("statistics", _("Statistics"), "chart"),
    Section("keys", _("Keys and seals"), "key", (Role.ISSUER,)),
    Section("organisation", _("Organisation"), "building", (Role.DESIGNER, Role.READER)),
    Section("people", _("People"), "person", (Role.OWNER,)),
    Section("api", _("API and webhooks"), "code", (Role.OWNER,)),
    Section("audit", _("Audit"), "clock", (Role.REGISTRAR, Role.READER)),
)


def sections_for(roles: frozenset[str]) -> list[Section]:
    """The sections that someone with these roles may open."""
    return [section for section in SECTIONS if may(roles, *section.roles)]
