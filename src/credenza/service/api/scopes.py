"""What an API key may be allowed to do, in words, and what its maker must be allowed to do themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.models import Role


@dataclass(frozen=True)
class Scope:
    """One permission; ``roles`` empty means that any member may do it."""

    name: str
    words: Promise
    roles: tuple[Role, ...] = ()


READ, DESIGN, ISSUE, AWARD, ADMIN, VERIFY = "read", "design", "issue", "award", "admin", "verify"
VC_ISSUE, VC_STATUS, VC_VERIFY = "vc:issue", "vc:status", "vc:verify"

_ALL = (
    Scope(READ, _("Read definitions, class lists, awards with the learners' data, keys and statistics")),
    Scope(DESIGN, _("Write, submit and approve definitions"), (Role.DESIGNER,)),
    Scope(ISSUE, _("Upload class lists, start them, and issue single awards"), (Role.ISSUER,)),
    Scope(AWARD, _("Revoke, suspend, replace, renew and send awards again"), (Role.ISSUER, Role.REGISTRAR)),
    Scope(ADMIN, _("Change the organisation and its people, read the audit trail"), (Role.OWNER,)),
    Scope(VERIFY, _("Verify credentials without the limit for everybody")),
    Scope(VC_ISSUE, _("Sign any credential as the organisation (W3C VC API)"), (Role.ISSUER,)),
    Scope(VC_STATUS, _("Change the status of such credentials (W3C VC API)"), (Role.ISSUER, Role.REGISTRAR)),
    Scope(VC_VERIFY, _("Verify by the W3C VC API without the limit for everybody")),
)
SCOPES = {scope.name: scope for scope in _ALL}
