"""Keys that never leave their token: smart cards, USB seals and HSMs through PKCS #11.

Needs the extra ``credenza[hsm]``. The PIN is given to the token and kept nowhere else: not in the signer, its repr,
or an error.

Codes raised: ``hsm-support-missing``, ``hsm-library-unreadable``, ``hsm-token-missing``, ``hsm-pin-wrong``,
``hsm-pin-locked``, ``hsm-token-in-use``, ``hsm-key-missing``, ``hsm-key-ambiguous``, ``hsm-key-unsupported``,
``hsm-certificate-wrong``, ``hsm-failed``, ``hsm-closed``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key

from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.keys import PublicKey
from credenza.keys import public as public_keys

_DIGESTS = {"ES256": "sha256", "ES384": "sha384", "ES512": "sha512"}


class Pkcs11Signer:
    """A ``Signer`` whose key stays on a token; one session, used by one thread at a time. Close it, or use ``with``."""

    def __init__(
        self, session: Any, private_key: Any, public_key: PublicKey, key_id: str, chain: tuple[bytes, ...]
    ) -> None:
        self._session = session
        self._private_key = private_key
        self._public_key = public_key
        self._key_id = key_id
        self._chain = chain
        self._lock = threading.Lock()

    @property
    def key_id(self) -> str:
        """How verifiers find the public key."""
        return self._key_id

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm name of this kind of key."""
        return self._public_key.algorithms[0]

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        return self._public_key

    @property
    def certificate_chain(self) -> tuple[bytes, ...]:
        """X.509 certificates in DER, the signer's own first."""
        return self._chain

    def sign(self, message: bytes) -> bytes:
        """The signature over the message in JOSE form, made on the token.

        Raises:
            Unreachable: ``hsm-failed`` where the token was pulled or refuses, ``hsm-closed``.
        """
        if self._session is None:
            raise Unreachable("hsm-closed", "The token's session was closed.")
        import hashlib

        from pkcs11 import Mechanism

        with self._lock, _token_errors():
            if self.algorithm in _DIGESTS:  # PKCS #11 gives r || s, as JOSE has it
                digest = hashlib.new(_DIGESTS[self.algorithm], message).digest()
                return bytes(self._private_key.sign(digest, mechanism=Mechanism.ECDSA))
            mechanism = Mechanism.EDDSA if self._public_key.kind == "Ed25519" else Mechanism.SHA256_RSA_PKCS
            return bytes(self._private_key.sign(message, mechanism=mechanism))

    def close(self) -> None:
        """End the session; the token asks for the PIN again."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Pkcs11Signer:
        """The signer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session."""
        self.close()

    def __repr__(self) -> str:
        """The key's name and kind, and nothing else."""
        return f"Pkcs11Signer(key_id={self._key_id!r}, algorithm={self.algorithm!r})"


def open_signer(
    library: Path,
    *,
    token_label: str,
    pin: str,
    key_label: str,
    key_id: str,
    certificate_chain: tuple[bytes, ...] = (),
) -> Pkcs11Signer:
    """Log in to a token and find its key by label; the certificate is the token's own unless a chain is given.

    Raises:
        Refused: ``hsm-support-missing``, ``hsm-pin-wrong``, ``hsm-pin-locked``. Unreachable:
        ``hsm-library-unreadable``, ``hsm-token-missing``, ``hsm-failed``. MalformedInput: ``hsm-key-missing``,
        ``hsm-key-ambiguous``, ``hsm-key-unsupported``, ``hsm-certificate-wrong``.
    """
    session = _session(library, token_label, pin)
    try:
        with _token_errors():
            private_key = _find_key(session, key_label)
            found = certificate_chain or _certificates(session, private_key)
            public_key = _public_key(session, key_label, found)
        if found and public_keys.from_certificate(found[0]) != public_key:
            raise MalformedInput("hsm-certificate-wrong", "The certificate does not belong to the token's key.")
        signer = Pkcs11Signer(session, private_key, public_key, key_id, found)
        if not public_key.verify(signer.sign(b"credenza"), b"credenza", algorithm=signer.algorithm):
            raise MalformedInput("hsm-certificate-wrong", "The token's two keys do not belong together.")
    except BaseException:
        session.close()
        raise
    return signer


def _session(library: Path, token_label: str, pin: str) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        reason = "Keys on tokens need the extra package: pip install 'credenza[hsm]'."
        raise Refused("hsm-support-missing", reason) from error
    try:
        loaded = pkcs11.lib(str(library))
    except (RuntimeError, OSError, pkcs11.PKCS11Error) as error:
        raise Unreachable("hsm-library-unreadable", f"The token's driver {library.name} cannot be loaded.") from error
    with _token_errors():
        return loaded.get_token(token_label=token_label).open(user_pin=pin)


@contextmanager
def _token_errors() -> Iterator[None]:
    import pkcs11
    from pkcs11 import exceptions

    try:
        yield
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange) as error:
        raise Refused("hsm-pin-wrong", "The token does not accept the PIN.") from error
    except exceptions.PinLocked as error:
        raise Refused("hsm-pin-locked", "The token is locked after too many wrong PINs.") from error
    except exceptions.NoSuchToken as error:
        raise Unreachable("hsm-token-missing", "No token of that name is plugged in.") from error
    except exceptions.MultipleTokensReturned as error:
        raise MalformedInput("hsm-key-ambiguous", "Several tokens have that name.") from error
    except exceptions.UserAlreadyLoggedIn as error:
        raise Unreachable("hsm-token-in-use", "The token is open already; close the other signer first.") from error
    except pkcs11.PKCS11Error as error:
        raise Unreachable("hsm-failed", f"The token did not do what was asked ({type(error).__name__}).") from error


def _find_key(session: Any, label: str) -> Any:
    from pkcs11 import ObjectClass

    return _the_one(session, ObjectClass.PRIVATE_KEY, label)


def _the_one(session: Any, kind: Any, label: str) -> Any:
    from pkcs11 import Attribute

    found = list(session.get_objects({Attribute.CLASS: kind, Attribute.LABEL: label}))
    if not found:
        raise MalformedInput("hsm-key-missing", "The token has no key of that name.")
    if len(found) > 1:
        raise MalformedInput("hsm-key-ambiguous", "The token has several keys of that name.")
    return found[0]


def _public_key(session: Any, label: str, chain: tuple[bytes, ...]) -> PublicKey:
    if chain:
        return public_keys.from_certificate(chain[0])
    from pkcs11 import Attribute, KeyType, ObjectClass
    from pkcs11.util import ec, rsa

    key = _the_one(session, ObjectClass.PUBLIC_KEY, label)
    kind = key[Attribute.KEY_TYPE]
    if kind == KeyType.RSA:
        return public_keys.from_crypto(load_der_public_key(rsa.encode_rsa_public_key(key)))
    if kind == KeyType.EC:
        return public_keys.from_crypto(load_der_public_key(ec.encode_ec_public_key(key)))
    if kind == KeyType.EC_EDWARDS:
        return public_keys.from_jwk(_edwards_jwk(key[Attribute.EC_POINT]))
    raise MalformedInput("hsm-key-unsupported", "This kind of key on a token is not supported.")


def _edwards_jwk(point: bytes) -> dict[str, str]:
    from credenza.encoding import base64url

    raw = point[2:] if point[:2] == b"\x04\x20" else point  # tokens wrap the point in an OCTET STRING, or do not
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(raw)}


def _certificates(session: Any, private_key: Any) -> tuple[bytes, ...]:
    from pkcs11 import Attribute, ObjectClass

    query = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.ID: private_key[Attribute.ID]}
    own = [bytes(item[Attribute.VALUE]) for item in session.get_objects(query)]
    if not own:
        return ()
    every = [bytes(item[Attribute.VALUE]) for item in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})]
    return _chain(own[0], every)


def _chain(leaf: bytes, every: list[bytes]) -> tuple[bytes, ...]:
    chain = [leaf]
    try:
        parsed = {der: x509.load_der_x509_certificate(der) for der in (*every, leaf)}
    except ValueError as error:
        raise MalformedInput("hsm-certificate-wrong", "A certificate on the token cannot be read.") from error
    while parsed[chain[-1]].issuer != parsed[chain[-1]].subject:
        issuers = [der for der in every if parsed[der].subject == parsed[chain[-1]].issuer and der not in chain]
        if not issuers:
            break
        chain.append(issuers[0])
    return tuple(chain)
