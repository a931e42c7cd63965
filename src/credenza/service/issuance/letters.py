"""The letters to learners: text and HTML in the batch's language, with no more about the learner than is needed."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import claims
from credenza.service.issuance.mailing import Kind
from credenza.service.issuance.models import Award, Delivery, DeliveryState
from credenza.service.telling import told

CLAIM, REPLACEMENT, REVOKED, SUSPENDED, REINSTATED = "claim", "replacement", "revoked", "suspended", "reinstated"
WITH_LINK = (CLAIM, REPLACEMENT)


def write_to(award: Award, kind: str = CLAIM) -> Delivery | None:
    """Let a letter to the award's learner wait; None where no address is known."""
    if not award.email or award.erased_at is not None:
        return None
    if kind in WITH_LINK:  # an older letter that still waits would carry a link that works no more
        Delivery.objects.filter(award=award, state=DeliveryState.WAITING, kind__in=WITH_LINK).delete()
    return Delivery.objects.create(award=award, kind=kind)


def letter(delivery: Delivery) -> EmailMultiAlternatives:
    """The message, ready to send; a claim link is made where the letter carries one."""
    award = delivery.award
    link = f"{settings.SITE_URL}/claim/{claims.link_of(delivery)}" if delivery.kind in WITH_LINK else ""
    language = _language(award)
    title, issuer = _title(award.version_id, language), award.organisation.as_record.legal_name.best(language)
    with translation.override(language):
        context = {
            "kind": delivery.kind,
            "title": title,
            "issuer": issuer,
            "reason": told(award.revocation_reason),
            "link": link,
            "days": claims.LIFETIME.days,
            "language": language,
            "site_url": settings.SITE_URL,
        }
        subject = " ".join(render_to_string(f"issuance/mail/{delivery.kind}_subject.txt", context).split())
        text = render_to_string(f"issuance/mail/{delivery.kind}.txt", context)
        html = render_to_string("issuance/mail/letter.html", context | {"paragraphs": _paragraphs(text)})
    message = EmailMultiAlternatives(
        subject[:200],
        text,
        settings.DEFAULT_FROM_EMAIL,
        [award.email],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    return message


def _language(award: Award) -> str:
    """The batch's language where the interface has it, else English."""
    wanted = str((award.record or {}).get("language", "en"))
    return wanted if wanted in dict(settings.LANGUAGES) else "en"


@lru_cache(maxsize=256)
def _title(version_id: UUID, language: str) -> str:
    return DefinitionVersion.objects.get(pk=version_id).as_record.title.best(language)


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _obstacle(delivery: Delivery) -> str:
    award = delivery.award
    if award.record is None or not award.email:
        return "The award was erased."
    if delivery.kind in WITH_LINK and award.revoked_at is not None:
        return "The award was revoked before the letter was sent."
    return ""


KIND = Kind(Delivery, ("award__organisation",), _obstacle, letter, in_bulk=True)
