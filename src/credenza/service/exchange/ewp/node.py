"""An organisation as a node of Erasmus Without Paper: what it is, its mobilities, and asking others in its name.

The protocol is ``credenza.exchange.ewp``; here it gets the organisation's key, its awards, and a memory for requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from credenza.adapters.ewp_client import EwpClient
from credenza.errors import MalformedInput
from credenza.exchange.ewp import services
from credenza.exchange.ewp.catalogue import Institution
from credenza.exchange.ewp.http import Request, Response, error_response
from credenza.exchange.ewp.http_signature import sign_response
from credenza.exchange.ewp.manifest import NodeAddresses, build_manifest
from credenza.exchange.ewp.services import Node, ServiceName
from credenza.keys import Signer, public
from credenza.record import IdentifierKind
from credenza.service.accounts.models import Organisation
from credenza.service.exchange import registries
from credenza.service.exchange.ewp import transcripts
from credenza.service.exchange.models import EwpRequest, Mobility
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose

MOST_MOBILITIES = 50
_REMEMBERED = timedelta(days=1)


def manifest_of(organisation: Organisation) -> bytes:
    """The discovery manifest that the registry reads."""
    published = [
        public.from_jwk(key.public_jwk)
        for key in organisation.signing_keys.filter(purpose=KeyPurpose.EWP, retired_at=None).order_by("created_at")
    ] or [_signer(organisation).public_key]

    def address(name: str) -> str:
        return settings.SITE_URL + reverse(name, args=[organisation.slug])

    return build_manifest(
        NodeAddresses(
            manifest=address("ewp_manifest"),
            echo=address("ewp_echo"),
            institutions=address("ewp_institutions"),
            transcripts_get=address("ewp_get"),
            transcripts_index=address("ewp_index"),
        ),
        institutions=[institution_of(organisation)],
        client_keys=published,
        server_keys=published,
        admin_emails=[organisation.as_record.email or settings.DEFAULT_FROM_EMAIL],
        most_mobilities=MOST_MOBILITIES,
    )


def institution_of(organisation: Organisation) -> Institution:
    """The organisation as the network describes it."""
    record = organisation.as_record
    kinds = {IdentifierKind.PIC: "pic", IdentifierKind.ERASMUS: "erasmus"}
    others = tuple((kinds[one.kind], one.value) for one in record.identifiers if one.kind in kinds)
    return Institution(transcripts.schac_of(organisation), tuple(record.legal_name.root.items()), others)


def respond(organisation: Organisation, service: ServiceName, request: Request) -> Response:
    """The signed answer to a request; a request that was answered before is refused, whoever was faster."""
    now = timezone.now()
    signer = _signer(organisation)
    response, signed = services.respond(
        service,
        request,
        node=_node(organisation, signer),
        catalogue=registries.ewp_catalogue(),
        now=now,
        seen_request_ids=_Seen(organisation),
    )
    if signed is None:
        return response
    try:
        with transaction.atomic():
            EwpRequest.objects.create(organisation=organisation, request_id=signed.request_id)
    except IntegrityError:
        refusal = MalformedInput("ewp-request-replayed", "This request was made before.", status=400)
        return sign_response(error_response(refusal), to=signed, signer=signer, now=now)
    EwpRequest.objects.filter(organisation=organisation, at__lt=now - _REMEMBERED).delete()
    return response


def client_of(organisation: Organisation) -> EwpClient:
    """Asks other nodes in the organisation's name."""
    return EwpClient(
        catalogue=registries.ewp_catalogue,
        signer=_signer(organisation),
        clock=timezone.now,
        allow_loopback=settings.CREDENZA.allow_loopback,
    )


class _Seen:
    """The ids of requests that were answered already."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def __contains__(self, request_id: object) -> bool:
        return EwpRequest.objects.filter(organisation=self._organisation, request_id=str(request_id)).exists()


def _node(organisation: Organisation, signer: Signer) -> Node:
    own = institution_of(organisation)
    mine = Mobility.objects.filter(organisation=organisation)

    def find(omobility_id: str) -> services.Mobility | None:
        stored = mine.filter(omobility_id=omobility_id).first()
        content = transcripts.of_mobility(stored, own.id) if stored is not None else None
        return _mobility(stored, own.id, content) if stored is not None and content is not None else None

    def every(_receiving: str) -> Iterator[services.Mobility]:
        for stored in mine.filter(awards__isnull=False).distinct().order_by("omobility_id"):
            yield _mobility(stored, own.id, b"")  # an index tells ids only

    return Node(
        host=urlsplit(settings.SITE_URL).netloc,
        institutions={own.id: own},
        find_mobility=find,
        list_mobilities=every,
        signer=signer,
        most_mobilities=MOST_MOBILITIES,
    )


def _mobility(stored: Mobility, receiving: str, content: bytes) -> services.Mobility:
    return services.Mobility(stored.omobility_id, stored.sending_institution, receiving, stored.modified_at, content)


def _signer(organisation: Organisation) -> Signer:
    return keys.open_key(keys.transfer_key(organisation, KeyPurpose.EWP, actor="ewp"))
