"""HTTP signatures as EWP uses them: draft-cavage-http-signatures-07 with rsa-sha256, both ways.

EWP "Authenticating Clients with HTTP Signature" and "Authenticating Servers with HTTP Signature". A request names its
key by the key itself, a response by its fingerprint; who either belongs to is the catalogue's to say. What is checked
is what was signed: a header outside the signature is not read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from credenza.errors import CredenzaError, MalformedInput, Refused
from credenza.exchange.ewp.http import Request, Response
from credenza.keys import PublicKey, Signer, public

WINDOW = timedelta(minutes=5)
_REQUEST_TARGET = "(request-target)"
_PARAMETER = re.compile(r'\s*([a-zA-Z]+)="([^"]*)"\s*(?:,|\Z)')
_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_MOST_HEADERS = 50


@dataclass(frozen=True)
class SignedRequest:
    """What a signature proves of a request: the key (and its fingerprint), the request's id, the signature's value."""

    key: PublicKey
    fingerprint: str
    request_id: str
    signature: str


def key_bytes(key: PublicKey) -> bytes:
    """A public key as EWP writes and digests it: DER SubjectPublicKeyInfo."""
    return key.crypto.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: PublicKey) -> str:
    """The SHA-256 of a public key in lower-case hexadecimal, by which the catalogue lists it."""
    return hashlib.sha256(key_bytes(key)).hexdigest()


def read_key(text: str) -> PublicKey:
    """An RSA public key in base64, as manifests and requests carry it; white space between is allowed.

    Raises:
        MalformedInput: ``ewp-key`` (status 400).
    """
    try:
        key = public.from_crypto(load_der_public_key(base64.b64decode("".join(text.split()), validate=True)))
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm, CredenzaError):
        _refuse("ewp-key", "This is not an RSA public key in base64.")
    if key.kind != "RSA":
        _refuse("ewp-key", "This is not an RSA public key in base64.")
    return key


def sign_request(request: Request, *, host: str, signer: Signer, request_id: uuid.UUID, now: datetime) -> Request:
    """The request with ``Host``, ``Date``, ``Digest``, ``X-Request-Id``, ``Authorization``, asking for a signed answer.

    Raises:
        Refused: ``ewp-key`` where the signer's key is not RSA.
    """
    headers = dict(request.headers)
    headers |= {"host": host, "date": _date(now), "digest": _digest(request.body), "x-request-id": str(request_id)}
    headers |= {"accept-signature": "rsa-sha256", "want-digest": "SHA-256"}
    names = (_REQUEST_TARGET, "host", "date", "digest", "x-request-id")
    prepared = replace(request, headers=headers)
    key_id = base64.b64encode(key_bytes(signer.public_key)).decode()
    value = _signature(_signing_string(names, headers, prepared), signer)
    return replace(prepared, headers=headers | {"authorization": "Signature " + _parameters(key_id, names, value)})


def verify_request(
    request: Request, *, expected_host: str, now: datetime, seen_request_ids: Container[str] = ()
) -> SignedRequest:
    """Who signed a request, before the catalogue is asked whether that key may speak at all.

    Raises:
        Refused: ``ewp-unsigned`` and ``ewp-signature-incomplete`` (status 401).
        MalformedInput: with status 400: ``ewp-key``, ``ewp-host``, ``ewp-date``, ``ewp-request-id``,
            ``ewp-request-replayed``, ``ewp-signature``, ``ewp-digest``.
    """
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "signature":
        raise Refused("ewp-unsigned", "The request has no HTTP signature.", status=401)
    given = _read_parameters(rest)
    names = _signed_names(given)
    if given.get("algorithm", "").lower() != "rsa-sha256" or not _covers(
        names, (_REQUEST_TARGET, "host", "digest", "x-request-id")
    ):
        raise Refused("ewp-signature-incomplete", "The signature leaves out what it must cover.", status=401)
    if request.headers.get("host", "").lower() != expected_host.lower():
        _refuse("ewp-host", "The request was made to another host.")
    key = read_key(given.get("keyId", ""))
    _check_dates(names, request.headers, now)
    identifier = request.headers.get("x-request-id", "")
    if not _CANONICAL_UUID.match(identifier):
        _refuse("ewp-request-id", "X-Request-Id is not a UUID in canonical form.")
    if identifier in seen_request_ids:
        _refuse("ewp-request-replayed", "This request was made before.")
    _check_signature(given, _signing_string(names, request.headers, request), key)
    _check_digest(request.headers, request.body)
    return SignedRequest(key, fingerprint(key), identifier, given.get("signature", ""))


def sign_response(response: Response, *, to: SignedRequest | None, signer: Signer, now: datetime) -> Response:
    """The response with ``Date``, ``Digest``, the request's id and signature, and ``Signature`` over them all."""
    headers = dict(response.headers) | {"date": _date(now), "digest": _digest(response.body)}
    names = ["date", "digest"]
    if to is not None:
        headers |= {"x-request-id": to.request_id, "x-request-signature": to.signature}
        names += ["x-request-id", "x-request-signature"]
    value = _signature(_signing_string(names, headers, None), signer)
    headers["signature"] = _parameters(fingerprint(signer.public_key), names, value)
    return replace(response, headers=headers)


def verify_response(response: Response, *, request: Request, keys: Mapping[str, PublicKey], now: datetime) -> Response:
    """The response with only its signed headers; ``keys`` are the endpoint's own by fingerprint, from the catalogue.

    Raises:
        Refused: ``ewp-unsigned``, ``ewp-signature-incomplete``, ``ewp-response-key`` for a key that is not the
            endpoint's, ``ewp-response-other`` for an answer to another request.
        MalformedInput: ``ewp-date``, ``ewp-signature``, ``ewp-digest``.
    """
    given = _read_parameters(response.headers.get("signature", ""))
    if "signature" not in given:
        raise Refused("ewp-unsigned", "The response has no HTTP signature.")
    names = _signed_names(given)
    complete = _covers(names, ("digest", "x-request-id", "x-request-signature"))
    if given.get("algorithm", "").lower() != "rsa-sha256" or not complete:
        raise Refused("ewp-signature-incomplete", "The response's signature leaves out what it must cover.")
    _check_dates(names, response.headers, now)
    key = keys.get(given.get("keyId", ""))
    if key is None:
        raise Refused("ewp-response-key", "The response is signed by a key that this institution has not registered.")
    asked = _read_parameters(request.headers.get("authorization", "").partition(" ")[2])
    expected = {"x-request-id": request.headers.get("x-request-id"), "x-request-signature": asked.get("signature")}
    if any(response.headers.get(name) != value for name, value in expected.items()):
        raise Refused("ewp-response-other", "The response answers another request.")
    _check_signature(given, _signing_string(names, response.headers, None), key)
    _check_digest(response.headers, response.body)
    return replace(response, headers={name: response.headers[name] for name in names})


def _signing_string(names: Sequence[str], headers: Mapping[str, str], request: Request | None) -> bytes:
    """Draft section 2.3: one line for each name, in the order that the signature lists."""
    lines = []
    for name in names:
        if name == _REQUEST_TARGET and request is not None:
            lines.append(f"{name}: {request.method.lower()} {request.target}")
        elif name in headers:
            lines.append(f"{name}: {headers[name].strip()}")
        else:
            _refuse("ewp-signature", f"The signature covers {name[:40]!r}, which is not there.")
    return "\n".join(lines).encode("utf-8")


def _read_parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        parameter = _PARAMETER.match(text, place)
        if parameter is None or parameter[1] in found or len(text) > 20_000:
            _refuse("ewp-signature", "The parameters of the signature cannot be read.")
        found[parameter[1]] = parameter[2]
        place = parameter.end()
    return found


def _signed_names(given: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(given.get("headers", "date").lower().split())
    if len(set(names)) != len(names) or len(names) > _MOST_HEADERS:
        _refuse("ewp-signature", "The signature lists a header twice.")
    return names


def _covers(names: Sequence[str], required: Sequence[str]) -> bool:
    return set(required) <= set(names) and bool({"date", "original-date"} & set(names))


def _check_dates(names: Sequence[str], headers: Mapping[str, str], now: datetime) -> None:
    for name in ("date", "original-date"):
        if name not in headers and name not in names:
            continue
        try:
            stated = parsedate_to_datetime(headers.get(name, ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            _refuse("ewp-date", f"{name} is not a date as HTTP writes them.")
        if abs(now - (stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated)) > WINDOW:
            _refuse("ewp-date", f"{name} is more than five minutes from our clock.")


def _check_signature(given: Mapping[str, str], message: bytes, key: PublicKey) -> None:
    try:
        value = base64.b64decode(given.get("signature", ""), validate=True)
    except (ValueError, binascii.Error):
        value = b""
    if not key.verify(value, message, algorithm="RS256"):
        _refuse("ewp-signature", "The signature is not that key's over this message.")


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    """RFC 3230 and RFC 5843: one digest or several by commas; that of SHA-256 is the one that counts."""
    stated = [one.strip().partition("=") for one in headers.get("digest", "").split(",")]
    values = {value for name, _, value in stated if name.strip().upper() == "SHA-256"}
    if values != {base64.b64encode(hashlib.sha256(body).digest()).decode()}:
        _refuse("ewp-digest", "The digest is not that of the body.")


def _signature(message: bytes, signer: Signer) -> str:
    if signer.public_key.kind != "RSA":
        raise Refused("ewp-key", "Erasmus Without Paper signs with RSA keys only.")
    return base64.b64encode(signer.sign(message)).decode()


def _parameters(key_id: str, names: Sequence[str], value: str) -> str:
    return f'keyId="{key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",signature="{value}"'


def _digest(body: bytes) -> str:
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def _date(now: datetime) -> str:
    return format_datetime(now.astimezone(UTC), usegmt=True)


def _refuse(code: str, message: str) -> NoReturn:
    raise MalformedInput(code, message, status=400)
