"""Previews: a definition as the catalogue will show it, its certificate, and one credential of a class list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from credenza.record import Media
from credenza.record.annex_i import check_award, meets_standard
from credenza.service.accounts.access import CLASS_LIST_READERS
from credenza.service.api import scopes
from credenza.service.api.access import scoped
from credenza.service.api.v1.batches import batch_of
from credenza.service.api.v1.definitions import version_of
from credenza.service.catalogue import drawing
from credenza.service.catalogue.offer import offer_of
from credenza.service.issuance import sample

router = Router(tags=["Previews"])
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]


class OfferOut(Schema):
    """What the page in the catalogue shows, in words and in one language."""

    offer: dict[str, Any]


class SampleOut(Schema):
    """The award that the first good row would become, and what the European standard says to it; nothing is sealed."""

    record: dict[str, Any]
    meets_standard: bool
    findings: list[dict[str, Any]]


@router.get("/versions/{version}/preview", response=OfferOut, summary="Preview the page", **scoped(scopes.READ))
def page(request: HttpRequest, version: UUID, language: Language = "en") -> OfferOut:
    """A version as it will stand, or stands, in the catalogue."""
    record = drawing.record_of(version_of(request, version))
    if record is None:
        raise Http404
    return OfferOut(offer=asdict(offer_of(record, language)))


@router.get("/versions/{version}/certificate", response=None, summary="Preview the certificate", **scoped(scopes.READ))
def certificate(request: HttpRequest, version: UUID) -> HttpResponse:
    """The certificate's page as a picture, without a learner."""
    return _picture(drawing.certificate(version_of(request, version)))


@router.get(
    "/batches/{batch}/preview", response=SampleOut, summary="Preview one credential",
    **scoped(scopes.AWARDS_READ, *CLASS_LIST_READERS),
)  # fmt: skip
def credential(request: HttpRequest, batch: UUID) -> SampleOut:
    """One learner's credential as it will be, before anything is issued."""
    found = batch_of(request, batch)
    award = sample.award(found)
    if award is None:
        raise Http404
    findings = check_award(award, now=award.issued or found.created_at)
    return SampleOut(
        record=award.model_dump(mode="json", exclude_none=True),
        meets_standard=meets_standard(findings),
        findings=[one.to_json() for one in findings],
    )


@router.get(
    "/batches/{batch}/preview/certificate", response=None, summary="Preview one certificate",
    **scoped(scopes.AWARDS_READ, *CLASS_LIST_READERS),
)  # fmt: skip
def credential_picture(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The certificate of the preview, as a picture."""
    return _picture(sample.picture(batch_of(request, batch)))


def _picture(made: Media | None) -> HttpResponse:
    if made is None:
        raise Http404
    return HttpResponse(made.data, content_type=made.media_type, headers={"Cache-Control": "no-store"})
