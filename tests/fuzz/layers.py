"""Damage behind the outer layer: a credential changed and sealed anew by its issuer, or packed anew in its carrier."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import damage
import orjson
import pypdf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from damage import Damage
from seeds import NOW, Issued

from credenza.adapters.carriers import bake_png
from credenza.document import elmo
from credenza.encoding import base64url
from credenza.errors import CredenzaError
from credenza.keys import Signer
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof import certificate_chain, jades, jws, sd_jwt
from credenza.proof.data_integrity.sign import add_proof

_SMALL = base64.b64encode(b"picture").decode()
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")  # the AlgorithmIdentifier of RFC 5758 section 3.2


def sealed_elm(issued: Issued) -> Damage:
    """The European credential in its seal, its page a small one so that the rest is met more often."""
    document = small_elm(issued)

    def seal(value: Any) -> bytes:
        return jades.sign(orjson.dumps(value), issued.issuer.seal, signing_time=NOW)

    small = seal(document)
    header = orjson.loads(base64url.decode(orjson.loads(small)["signatures"][0]["protected"]))
    outer = damage.of_values(header, lambda value: _with_header(orjson.loads(small), value))
    return damage.mostly(damage.of_values(document, seal), damage.mostly(outer, damage.of_json(small)))


def small_elm(issued: Issued) -> dict[str, Any]:
    """The European credential without its seal, with a page of a few bytes."""
    document: dict[str, Any] = orjson.loads(orjson.loads(issued.files["elm"])["payload"])
    _shrink(document)
    return document


def _with_header(envelope: dict[str, Any], header: Any) -> bytes:
    entry = envelope["signatures"][0] | {"protected": base64url.encode(orjson.dumps(header))}
    return orjson.dumps(envelope | {"signatures": [entry]})


def _shrink(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _shrink(one)
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and len(member) > 5000:
                value[name] = _SMALL
            _shrink(member)


def badge(issued: Issued) -> Damage:
    """The badge with a proof of its issuer over what was changed; the old proof where nobody could prove it."""
    seed = issued.files["open-badge"]
    document = orjson.loads(seed)
    proof = document.pop("proof")
    signer = issued.issuer.proof_signer

    def seal(value: Any) -> bytes:
        if not isinstance(value, dict):
            return orjson.dumps(value)
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            with contextlib.suppress(CredenzaError):
                options = {"verification_method": signer.key_id, "proof_purpose": ASSERTION_METHOD, "created": NOW}
                return orjson.dumps(add_proof(value, signer, cryptosuite=suite, **options))
        return orjson.dumps(value | {"proof": proof})

    return damage.mostly(damage.of_values(document, seal), damage.of_json(seed))


def wallet_credential(issued: Issued, claims: Mapping[str, Any]) -> Damage:
    """An SD-JWT whose claims were changed before it was issued, or whose header, payload or disclosures were after."""
    signer = issued.issuer.seal
    header = {"x5c": certificate_chain.to_header(signer.certificate_chain[:1])}
    hidden = set(claims) - {"iss", "vct", "status", "iat", "exp", "nbf"}

    def seal(value: Any) -> bytes:
        members = value if isinstance(value, dict) else {"inside": value}
        if not isinstance(members.get("vct"), str):
            members = members | {"vct": "x"}
        frame = sd_jwt.frame((name,) for name in members if name in hidden)
        return sd_jwt.issue(members, signer, disclosable=frame, randomness=os.urandom, header=header).encode()

    return damage.mostly(damage.of_values(dict(claims), seal), token(seal(dict(claims)), signer))


def token(seed: bytes, signer: Signer) -> Damage:
    """A compact token of which one part was changed behind its base64url; a changed payload is signed again."""
    head, payload, signature, *disclosures = seed.strip().decode().replace("~", ".").split(".")
    header = orjson.loads(base64url.decode(head))
    header.pop("alg")
    parts = [head, payload, signature, *disclosures]

    def put_together(pieces: list[str]) -> bytes:
        return "~".join((".".join(pieces[:3]), *pieces[3:])).encode()

    def signed(value: Any) -> bytes:
        head, payload, signature = jws.sign_compact(orjson.dumps(value), signer, header=header).split(".")
        return put_together([head, payload, signature, *disclosures])

    def changed(place: int) -> Damage:
        before, after = parts[:place], parts[place + 1 :]
        value = orjson.loads(base64url.decode(parts[place]))
        return damage.of_values(value, lambda new: put_together([*before, base64url.encode(orjson.dumps(new)), *after]))

    unsigned = [changed(place) for place, part in enumerate(parts) if part and place != 2]
    inner = damage.mostly(
        damage.of_values(orjson.loads(base64url.decode(payload)), signed),
        lambda chance: chance.choice(unsigned)(chance),
    )
    return damage.mostly(inner, damage.of_bytes(seed.strip()))


def picture(seed: bytes, credential: Damage) -> Damage:
    """A baked picture of one dot: the credential changed, or a chunk of it damaged and its checksum mended."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IEND", b"")
    small = bake_png(dot, seed)

    def mended(chance: random.Random) -> bytes:
        content = damage.damaged(b"openbadgecredential" + bytes(5) + zlib.compress(seed), chance)
        return dot[:33] + _chunk(b"iTXt", content) + dot[33:]

    inner = damage.mostly(lambda chance: bake_png(dot, credential(chance)), mended)
    return damage.mostly(inner, damage.of_bytes(small))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def certificate_file(credential: bytes) -> bytes:
    """A PDF of one empty page with a credential attached, in plain text, so that its objects can be damaged."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("credential.jsonld", credential)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def workbook(seed: bytes) -> Damage:
    """A spreadsheet of which one part was changed inside its archive."""
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    ways = {
        name: (damage.of_xml if name.endswith((".xml", ".rels")) else damage.of_bytes)(parts[name]) for name in parts
    }

    def packed(chance: random.Random) -> bytes:
        name = chance.choice([*parts, *[one for one in parts if "sheet1" in one or "shared" in one.lower()] * 5])
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, ways[name](chance) if part == name else content)
        return out.getvalue()

    return damage.mostly(packed, damage.of_bytes(seed))


def packed(transcript: bytes) -> Damage:
    """A transcript that was changed and then packed as EMREX posts it."""
    inner = damage.of_bytes(transcript)
    seed = elmo.pack(transcript).encode()
    return damage.mostly(lambda chance: elmo.pack(inner(chance)).encode(), damage.of_bytes(seed))


def resealed(seed: bytes, signed_part: bytes, key: ec.EllipticCurvePrivateKey) -> Damage:
    """A certificate or revocation list whose signed part was changed and signed again by the same authority."""

    def sign(chance: random.Random) -> bytes:
        changed = damage.damaged(signed_part, chance)
        signature = key.sign(changed, ec.ECDSA(hashes.SHA256()))
        return _der(0x30, changed + _ECDSA_SHA256 + _der(0x03, b"\0" + signature))

    return damage.mostly(sign, damage.of_bytes(seed))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = b"" if length < 128 else length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, length if length < 128 else 0x80 | len(size)]) + size + content
