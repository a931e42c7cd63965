"""An award as a file: the stored sealed bytes, or a PDF or badge drawn around them when somebody asks."""

from __future__ import annotations

import json
from dataclasses import dataclass

from cryptography import x509
from django.utils.translation import gettext_lazy

from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.encoding import base64url
from credenza.errors import MalformedInput, Refused
from credenza.issuing.awards import IssuingPlan
from credenza.issuing.sealing import BADGE_PNG, BADGE_SVG, CLR, ELM, OPEN_BADGE, PDF, SD_JWT_VC
from credenza.proof import certificate_chain
from credenza.record import Award as AwardRecord
from credenza.service.issuance.models import Award
from credenza.service.issuance.sealers import STORED_FORMATS
from credenza.trust.certificates import TEST_MARK


@dataclass(frozen=True)
class Document:
    """A file to download."""

    data: bytes
    media_type: str
    extension: str


_FILES = {
    ELM: ("application/ld+json", "jsonld"),
    OPEN_BADGE: ("application/vc+ld+json", "json"),
    SD_JWT_VC: ("application/dc+sd-jwt", "sd-jwt"),
    PDF: ("application/pdf", "pdf"),
    BADGE_PNG: ("image/png", "png"),
    BADGE_SVG: ("image/svg+xml", "svg"),
}
FORMATS = tuple(_FILES)
_OF_PARTS = {CLR: ("application/vc+ld+json", "json")}
FORMAT_NAMES = {
    "pdf": gettext_lazy("PDF certificate"),
    "elm": "European Digital Credential (Europass)",
    "open-badge": "Open Badge 3.0",
    "sd-jwt-vc": gettext_lazy("EU wallet credential (SD-JWT)"),
    "badge-png": gettext_lazy("Badge picture (PNG)"),
    "badge-svg": gettext_lazy("Badge picture (SVG)"),
    "clr": "Comprehensive Learner Record 2.0",
}
"""What people read for a format, in the order in which they want them."""


def formats_of(award: Award) -> tuple[str, ...]:
    """The formats in which this award is to be had: one with parts inside is a learner record (CLR) too."""
    listed = getattr(award, "with_parts", None)  # a list says it without reading each record (``registry.page``)
    parts = award.record and award.record.get("parts") if listed is None else listed
    return (*FORMATS, *_OF_PARTS) if parts else FORMATS


def named_formats(award: Award) -> list[tuple[str, str]]:
    """The same, each with what people read for it."""
    there = formats_of(award)
    return [(name, str(words)) for name, words in FORMAT_NAMES.items() if name in there]


def document(award: Award, format_name: str) -> Document:
    """The award in a format.

    Raises:
        MalformedInput: ``format-unknown``. Refused: ``award-erased``.
    """
    if format_name not in formats_of(award):
        raise MalformedInput("format-unknown", f"{format_name[:40]!r} is none of {', '.join(formats_of(award))}.")
    refuse_erased(award)
    media_type, extension = (_FILES | _OF_PARTS)[format_name]
    return Document(_data(award, format_name), media_type, extension)


def refuse_erased(award: Award) -> None:
    """Raises Refused ``award-erased`` where nothing is left that could be said again."""
    if award.erased_at is not None or award.record is None:
        raise erased()


def erased() -> Refused:
    """The refusal of what the learner had erased."""
    return Refused("award-erased", "The learner had this award erased; only its status remains.")


def _data(award: Award, format_name: str) -> bytes:
    if format_name in (*STORED_FORMATS, CLR):
        return award.documents.select_related("page").get(format=format_name).data
    record = award.as_record
    if format_name == PDF:
        return _printer(award, record).pdf(record, attachment=_data(award, ELM))
    badge = _data(award, OPEN_BADGE)
    return Baker().png(record, badge) if format_name == BADGE_PNG else Baker().svg(record, badge)


def _printer(award: Award, record: AwardRecord) -> Printer:
    plan = IssuingPlan(
        record.micro_credential,
        record.issuer,
        STORED_FORMATS,
        award.organisation.base_url,
        award.issued_at,
        record.language,
    )
    return Printer(plan, test_seal=_sealed_for_a_test(award))


def _sealed_for_a_test(award: Award) -> bool:
    """Whether the certificate in the award's own seal says so, whatever seal the organisation has now."""
    header = json.loads(base64url.decode(_data(award, SD_JWT_VC).split(b".", 1)[0].decode()))
    leaf = x509.load_der_x509_certificate(certificate_chain.from_header(header["x5c"])[0])
    return TEST_MARK in leaf.subject.rfc4514_string()
