"""What an API key may be allowed to do, in words, and what its maker must be allowed to do themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credenza.service.accounts.access import AWARD_CHANGERS, AWARD_READERS, CLASS_LIST_READERS
from credenza.service.accounts.models import Role


@dataclass(frozen=True)
class Scope:
    """One permission; ``roles`` empty means that any member may do it."""

    name: str
    words: Promise
    roles: tuple[Role, ...] = ()


READ, AWARDS_READ, AUDIT = "read", "awards:read", "audit"
DESIGN, APPROVE, AWARD, REQUESTS = "design", "approve", "award", "requests"
ISSUE, ISSUE_APPROVE = "issue", "issue:approve"
RECOGNITION_READ, RECOGNITION, RULES = "recognition:read", "recognition", "recognition:rules"
ADMIN, KEYS, WEBHOOKS, VERIFY = "admin", "keys", "webhooks", "verify"
TRANSFER = "transfer"
VC_ISSUE, VC_STATUS, VC_VERIFY = "vc:issue", "vc:status", "vc:verify"

_ALL = (
    Scope(READ, _("Read definitions, pathways, keys and statistics: nothing of any learner")),
    Scope(
        AWARDS_READ,
        _("Read class lists and awards, with the learners' data"),
        AWARD_READERS,
    ),
    Scope(DESIGN, _("Write and submit definitions and pathways"), (Role.DESIGNER,)),
    Scope(APPROVE, _("Publish or return definitions and pathways that others submitted"), (Role.DESIGNER, Role.ISSUER)),
    Scope(
        ISSUE, _("Upload class lists, cancel them or start stopped ones again, and issue single awards"), (Role.ISSUER,)
    ),
    Scope(ISSUE_APPROVE, _("Approve class lists, which starts them"), CLASS_LIST_READERS),
    Scope(AWARD, _("Revoke, suspend, replace, renew and send awards again"), AWARD_CHANGERS),
    Scope(REQUESTS, _("See who asks for a larger award and how far they are, issue it or decline"), (Role.ISSUER,)),
    Scope(
        RECOGNITION_READ,
        _("Read cases of recognition with what applicants show, and what the desk asks and decides by"),
        (Role.EVALUATOR, Role.READER),
    ),
    Scope(RECOGNITION, _("Assess cases of recognition and decide them"), (Role.EVALUATOR,)),
    Scope(
        RULES,
        _("Write what the recognition desk asks, its rules and settings, and import registers"),
        (Role.EVALUATOR,),
    ),
    Scope(
        TRANSFER,
        _("See and decide what comes by EMREX, and exchange transcripts by Erasmus Without Paper"),
        (Role.EVALUATOR, Role.REGISTRAR),
    ),
    Scope(KEYS, _("Make, import and retire keys and seals"), (Role.OWNER,)),
    Scope(WEBHOOKS, _("See and change who is told by webhooks"), (Role.OWNER,)),
    Scope(ADMIN, _("Change the organisation and its people"), (Role.OWNER,)),
    Scope(AUDIT, _("Read the audit trail"), (Role.REGISTRAR, Role.READER)),
    Scope(VERIFY, _("Verify credentials without the limit for everybody")),
    Scope(VC_ISSUE, _("Sign any credential as the organisation (W3C VC API)"), (Role.ISSUER,)),
    Scope(VC_STATUS, _("Change the status of such credentials (W3C VC API)"), (Role.ISSUER, Role.REGISTRAR)),
    Scope(VC_VERIFY, _("Verify by the W3C VC API without the limit for everybody")),
)
SCOPES = {scope.name: scope for scope in _ALL}
