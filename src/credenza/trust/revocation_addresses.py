"""Where a certificate says that its revocation can be asked, and the question for an OCSP responder.

RFC 5280 sections 4.2.1.13 (CRL distribution points) and 4.2.2.1 (authority information access); RFC 6960 section 4.1 and
appendix A.1 (the question within an address).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from credenza.trust import certificates

MAXIMUM_ADDRESSES = 3


def crl_addresses(der: bytes) -> tuple[str, ...]:
    """The web addresses of the lists on which a certificate's revocation would stand; whole lists of its own issuer.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    try:
        points = certificates.load(der).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    names = (name for point in points if not point.reasons and not point.crl_issuer for name in point.full_name or ())
    return _web(name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))


def ocsp_addresses(child: bytes, issuer: bytes) -> tuple[str, ...]:
    """The addresses that answer whether ``child`` was revoked, with the question in them.

    Raises:
        MalformedInput: ``certificate-malformed``.
    """
    loaded = certificates.load(child)
    try:
        access = loaded.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    responders = _web(
        item.access_location.value
        for item in access
        if item.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(item.access_location, x509.UniformResourceIdentifier)
    )
    names_only = hashes.SHA1()  # noqa: S303 - every responder knows it, and here it proves nothing
    builder = ocsp.OCSPRequestBuilder().add_certificate(loaded, certificates.load(issuer), names_only)
    question = quote(base64.b64encode(builder.build().public_bytes(Encoding.DER)), safe="")
    return tuple(f"{url.rstrip('/')}/{question}" for url in responders)


def _web(addresses: Iterable[str]) -> tuple[str, ...]:
    found = [url for url in addresses if url.startswith(("http://", "https://"))]
    return tuple(dict.fromkeys(found))[:MAXIMUM_ADDRESSES]
