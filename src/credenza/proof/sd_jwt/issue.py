"""Issuing an SD-JWT (RFC 9901 section 4): claims to digests and disclosures, made for class lists of thousands.

Codes raised: ``sd-jwt-claim-reserved``, ``sd-jwt-type-missing``, ``sd-jwt-claims-malformed``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import orjson

from credenza.encoding import base64url
from credenza.errors import MalformedInput
from credenza.keys import PublicKey, Signer
from credenza.proof import certificate_chain, jws
from credenza.proof.sd_jwt.frame import CREDENTIAL_TYPES, RESERVED_NAMES, Frame

_SALT_BYTES = 18  # 144 bits (RFC 9901 section 9.3 asks 128), and 24 characters of base64url without padding
_SALT_CHARACTERS = 24
_SALTS_AT_ONCE = 32


def issue(
    claims: Mapping[str, Any],
    signer: Signer,
    *,
    disclosable: Frame,
    randomness: Callable[[int], bytes],
    holder_key: PublicKey | None = None,
    decoys: int = 0,
    media_type: str = "dc+sd-jwt",
    header: Mapping[str, Any] | None = None,
) -> str:
    """Sign claims so that each one in ``disclosable`` can be shown or left out by the holder; all disclosures follow.

    ``randomness(n)`` gives n random bytes for salts (``os.urandom`` in production). ``decoys`` digests of nothing are
    added to each object that hides claims. ``holder_key`` binds the credential to its holder (``cnf``).

    Raises:
        MalformedInput: see the module.
    """
    if media_type in CREDENTIAL_TYPES and not isinstance(claims.get("vct"), str):
        raise MalformedInput("sd-jwt-type-missing", "A credential needs its type (vct).")
    hiding = _Hiding(randomness, decoys)
    payload = hiding.members(claims, disclosable)
    if hiding.disclosures or decoys:
        payload["_sd_alg"] = "sha-256"
    if holder_key is not None:
        payload["cnf"] = {"jwk": holder_key.to_jwk()}
    token = jws.sign_compact(_json(payload), signer, header=_header(signer, media_type, header))
    return "~".join((token, *hiding.disclosures, ""))


class _Hiding:
    """One credential's salts, digests and disclosures while it is made."""

    def __init__(self, randomness: Callable[[int], bytes], decoys: int) -> None:
        self.disclosures: list[str] = []
        self._randomness = randomness
        self._decoys = decoys
        self._salts = ""
        self._position = 0

    def members(self, claims: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        digests: list[str] = []
        for name, value in claims.items():
            if name in RESERVED_NAMES or name == "_sd_alg":
                raise MalformedInput("sd-jwt-claim-reserved", f"The claim name {name!r} is reserved.", claim=name)
            inside = frame.inside.get(name)
            if isinstance(value, dict | list):
                value = self._value(value, inside or _NOTHING)
            if inside is not None and inside.disclosable:
                digests.append(self._disclose([self._salt(), name, value]))
            else:
                shown[name] = value
        if digests:
            digests.extend(_digest(self._salt()) for _ in range(self._decoys))
            digests.sort()  # an order that says nothing about the order of the claims (RFC 9901 section 4.2.4.1)
            shown["_sd"] = digests
        return shown

    def _value(self, value: Any, frame: Frame) -> Any:
        if isinstance(value, dict):
            return self.members(value, frame)
        if isinstance(value, list):
            return self._elements(value, frame)
        return value

    def _elements(self, values: list[Any], frame: Frame) -> list[Any]:
        every = frame.inside.get(None)
        shown: list[Any] = []
        for index, value in enumerate(values):
            inside = frame.inside.get(index, every) or _NOTHING
            value = self._value(value, inside)
            if inside.disclosable:
                value = {"...": self._disclose([self._salt(), value])}
            shown.append(value)
        return shown

    def _disclose(self, content: list[Any]) -> str:
        disclosure = base64url.encode(_json(content))
        self.disclosures.append(disclosure)
        return _digest(disclosure)

    def _salt(self) -> str:
        if self._position >= len(self._salts):
            self._salts = base64.urlsafe_b64encode(self._randomness(_SALT_BYTES * _SALTS_AT_ONCE)).decode("ascii")
            self._position = 0
        self._position += _SALT_CHARACTERS
        return self._salts[self._position - _SALT_CHARACTERS : self._position]


_NOTHING = Frame(False, {})


def _digest(disclosure: str) -> str:
    return base64url.encode(sha256(disclosure.encode("ascii")).digest())


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError as error:
        raise MalformedInput("sd-jwt-claims-malformed", f"The claims cannot be written as JSON: {error}.") from error


def _header(signer: Signer, media_type: str, extra: Mapping[str, Any] | None) -> dict[str, Any]:
    header: dict[str, Any] = {"typ": media_type, "kid": signer.key_id}
    if signer.certificate_chain:
        header["x5c"] = certificate_chain.to_header(signer.certificate_chain)
    return {**header, **(extra or {})}
