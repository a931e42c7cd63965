"""The actions of the audit trail in words that people read."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, Promise] = {
    "api-key.created": _("An API key was made"),
    "api-key.revoked": _("An API key was revoked"),
    "award.claimed": _("A learner took an award into a wallet"),
    "award.downloaded": _("An award was downloaded"),
    "award.erased": _("A learner's data was erased"),
    "award.issued": _("An award was issued"),
    "award.reinstated": _("An award was put in force again"),
    "award.renewed": _("An award was renewed"),
    "award.replaced": _("An award was corrected and replaced"),
    "award.resent": _("The mail about an award was sent again"),
    "award.revoked": _("An award was revoked"),
    "award.suspended": _("An award was suspended"),
    "batch.approved": _("A class list was approved"),
    "batch.cancelled": _("A class list was cancelled"),
    "batch.correction-asked": _("Corrections of awards were handed in for approval"),
    "batch.finished": _("A class list was issued to its end"),
    "batch.resumed": _("A class list was taken up again"),
    "batch.stopped": _("A class list stopped"),
    "database.restored": _("The database was restored from a backup"),
    "definition.begun": _("A new version of a micro-credential was begun"),
    "definition.published": _("A micro-credential was published"),
    "definition.returned": _("A micro-credential went back to its author"),
    "accreditation.kept": _("An accreditation of the organisation was written"),
    "accreditation.taken-away": _("An accreditation of the organisation was taken away"),
    "definition.submitted": _("A micro-credential was submitted for approval"),
    "definition.withdrawn": _("A micro-credential was taken out of the catalogue"),
    "emrex.answered": _("A student took results along (EMREX)"),
    "emrex.decided": _("It was decided whether fetched results are of the learner"),
    "emrex.received": _("Results that a learner fetched came in (EMREX)"),
    "key.created": _("A key was made or imported"),
    "key.retired": _("A key was retired"),
    "organisation.second-factor": _("A second factor was demanded of members, or no longer"),
    "member.invited": _("Somebody was invited"),
    "member.joined": _("Somebody joined"),
    "member.role-given": _("A role was given"),
    "member.role-taken": _("A role was taken away"),
    "mobility.added": _("A mobility was added for Erasmus Without Paper"),
    "organisation.changed": _("The organisation's description was changed"),
    "organisation.founded": _("The organisation was founded"),
    "desk.changed": _("The settings of the recognition desk were changed"),
    "frameworks.imported": _("A table of national levels was imported"),
    "policy.withdrawn": _("A rule of recognition was withdrawn"),
    "policy.written": _("A rule of recognition was written"),
    "recognition.appeal": _("An applicant appealed"),
    "recognition.applied": _("A learner applied for recognition"),
    "recognition.assign": _("A case was given to an evaluator"),
    "recognition.confirm": _("A second reader confirmed a decision"),
    "recognition.decide-appeal": _("An appeal was decided"),
    "recognition.erased": _("An applicant's data was erased"),
    "recognition.flagged": _("A verification changed the flags of a case"),
    "recognition.lift-flag": _("A flag was lifted"),
    "recognition.propose": _("A decision on recognition was made or proposed"),
    "recognition.receive-information": _("An applicant answered"),
    "recognition.request-information": _("An applicant was asked for information"),
    "recognition.return": _("A second reader gave a case back"),
    "recognition.start-assessment": _("An evaluator took a case"),
    "recognition.withdraw": _("An applicant withdrew"),
    "register.imported": _("Reports of quality assurance were imported"),
    "requirement.withdrawn": _("A requirement was withdrawn"),
    "requirement.written": _("A requirement was written"),
    "transcripts.fetched": _("Transcripts were fetched from another institution"),
    "transfer.settings-changed": _("What may be exchanged with others was changed"),
    "pathway.asked": _("A learner asked for the larger award of a pathway"),
    "pathway.awarded": _("The larger award of a pathway was issued"),
    "pathway.begun": _("A new version of a pathway was begun"),
    "pathway.declined": _("A request for the larger award was declined"),
    "pathway.published": _("A pathway was published"),
    "pathway.returned": _("A pathway went back to its author"),
    "pathway.submitted": _("A pathway was submitted for approval"),
    "pathway.withdrawn": _("A pathway is offered no more"),
    "webhook.added": _("An address for webhooks was added"),
    "webhook.disabled": _("An address for webhooks was switched off"),
    "webhook.enabled": _("An address for webhooks was switched on"),
    "webhook.removed": _("An address for webhooks was deleted"),
    "webhook.secret-changed": _("The secret of an address for webhooks was changed"),
    "recognition.rules-asked": _("The rules of recognition were asked about open cases again"),
    "vc-instance.created": _("An instance of the VC API was made"),
}


def actions() -> list[tuple[str, str]]:
    """Every action and its words, in the order of the words."""
    return sorted(((action, str(words)) for action, words in _WORDS.items()), key=lambda one: one[1].casefold())


def in_words(action: str) -> str | Promise:
    """What happened, in words; an action without words is told by its name."""
    return _WORDS.get(action, action)
