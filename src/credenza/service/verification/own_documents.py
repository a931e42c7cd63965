"""What this site itself publishes under its identifiers: DID documents, issuer metadata, status lists.

Served at their well-known places, and handed to our own verifier without going over the network.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from credenza.keys import public
from credenza.service.accounts.models import Organisation
from credenza.service.exchange import vc_status
from credenza.service.issuance import status
from credenza.service.issuance.models import KeyPurpose, SigningKey
from credenza.trust import did_document, jwt_issuer

_PATH = re.compile(
    r"/o/(?P<slug>[-\w]+)/(?P<rest>did\.json|jwks\.json|status/(?:revocation|suspension|tokens)-[1-9][0-9]{0,4})\Z"
)
_METADATA = re.compile(r"/\.well-known/jwt-vc-issuer/o/(?P<slug>[-\w]+)\Z")


@dataclass(frozen=True)
class OwnDocument:
    """Bytes as they are served."""

    data: bytes
    media_type: str
    etag: str = ""


def find(url: str) -> OwnDocument | None:
    """The document of this site at this address; None where the address is not of this site, or nothing is there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if f"https://{parts.netloc}" != settings.CREDENZA.public_base or parts.scheme not in ("https", "http"):
        return None
    return at_path(parts.path)


def at_path(path: str) -> OwnDocument | None:
    """The document of this site at this path."""
    if path.startswith("/vc/"):
        listed = vc_status.published_at(path)
        return None if listed is None else OwnDocument(bytes(listed.data), "application/vc", listed.etag)
    found = _PATH.match(path) or _METADATA.match(path)
    organisation = Organisation.objects.filter(slug=found["slug"]).first() if found else None
    if found is None or organisation is None:
        return None
    rest = found.groupdict().get("rest") or "jwt-vc-issuer"
    if rest.startswith("status/"):
        made = status.published(organisation, rest)
        return None if made is None else OwnDocument(bytes(made.data), made.media_type, made.etag)
    if rest == "did.json":
        return OwnDocument(_json(_did_document(organisation)), "application/did+json")
    metadata = jwt_issuer.build(organisation.base_url, _seals(organisation))
    return OwnDocument(_json(metadata["jwks"] if rest == "jwks.json" else metadata), "application/json")


def _did_document(organisation: Organisation) -> dict[str, object]:
    keys = organisation.signing_keys.filter(purpose=KeyPurpose.PROOF).order_by("created_at")
    published = [did_document.PublishedKey(key.fragment, public.from_jwk(key.public_jwk)) for key in keys]
    return did_document.build(organisation.record["id"], published)


def _seals(organisation: Organisation) -> list[tuple[str, public.PublicKey]]:
    keys: list[SigningKey] = list(organisation.signing_keys.filter(purpose=KeyPurpose.SEAL).order_by("created_at"))
    found = [public.from_jwk(key.public_jwk) for key in keys]
    return [(key.thumbprint, key) for key in found]


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
