"""Files that carry a credential: a PDF with an attachment, a baked PNG, a baked SVG. Read with limits, never trusted.

Open Badges 3.0 section 5.3 (baking): PNG ``iTXt`` chunk ``openbadgecredential``, SVG ``openbadges:credential``.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Iterator

from lxml import etree

from credenza.errors import MalformedInput
from credenza.verifying.kinds import CARRIERS, Kind, kind_of

_KEYWORD = b"openbadgecredential"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_LARGEST, _MOST_CHUNKS, _MOST_ATTACHMENTS = 16_000_000, 20_000, 20
_NONE = "carrier-empty"
_UNREADABLE_PDF = (
    NotImplementedError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError,
)  # fmt: skip


def open_carrier(kind: Kind, data: bytes) -> bytes:
    """The credential that a file carries.

    Raises:
        MalformedInput: ``carrier-empty`` where it carries none, ``carrier-malformed``, ``carrier-too-large``,
            ``carrier-encrypted``.
    """
    if len(data) > 4 * _LARGEST:
        raise MalformedInput("carrier-too-large", "The file is larger than any certificate or badge.")
    if kind is Kind.PDF:
        return _from_pdf(data)
    return _from_png(data) if kind is Kind.PNG else _from_svg(data)


def sealed_in(data: bytes) -> bytes:
    """The sealed credential: of a PDF or a picture, what it carries; else the file itself.

    Raises:
        MalformedInput: as ``open_carrier``.
    """
    kind, _ = kind_of(data)
    return open_carrier(kind, data) if kind in CARRIERS else data


def bake_png(picture: bytes, credential: bytes) -> bytes:
    """A PNG that carries the credential in a chunk of its own, right after the header."""
    end_of_header = len(_SIGNATURE) + 25
    content = _KEYWORD + b"\0\0\0\0\0" + credential
    return picture[:end_of_header] + _chunk(b"iTXt", content) + picture[end_of_header:]


def bake_svg(drawing: str, credential: bytes) -> bytes:
    """An SVG that carries the credential as text of an element of its own."""
    root = etree.fromstring(drawing.encode("utf-8"), _parser())
    element = etree.SubElement(root, f"{{{_NAMESPACE}}}credential", nsmap={"openbadges": _NAMESPACE})
    element.text = credential.decode("utf-8")
    root.insert(0, element)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _from_png(data: bytes) -> bytes:
    found = list(_credentials_in(data))
    if not found:
        raise MalformedInput(_NONE, "The picture carries no credential.")
    if len(found) > 1:
        raise MalformedInput(
            "carrier-malformed", "The picture carries two credentials; which one counts nobody can tell."
        )
    return found[0]


def _credentials_in(data: bytes) -> Iterator[bytes]:
    place = len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if place + 12 > len(data):
            return
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        if len(content) != length:
            raise MalformedInput("carrier-malformed", "The picture is cut off.")
        if kind == b"iTXt" and content.startswith(_KEYWORD + b"\0"):
            yield _international_text(content[len(_KEYWORD) + 1 :])
        if kind == b"IEND":
            return
        place += 12 + length
    raise MalformedInput("carrier-malformed", "The picture has too many parts.")


def _international_text(content: bytes) -> bytes:
    """The text of an iTXt chunk after its keyword (PNG specification 11.3.3.4), unpacked within limits."""
    packed, rest = content[:1], content[2:]
    parts = rest.split(b"\0", 2)
    if len(parts) != 3:
        raise MalformedInput("carrier-malformed", "The credential in the picture is damaged.")
    if packed != b"\x01":
        return parts[2]
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(parts[2], _LARGEST)
    except zlib.error as error:
        raise MalformedInput("carrier-malformed", "The credential in the picture is damaged.") from error
    if unpacker.unconsumed_tail:
        raise MalformedInput("carrier-too-large", "The credential in the picture unpacks to more than any real one.")
    return text


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


def _from_svg(data: bytes) -> bytes:
    if len(data) > _LARGEST or b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise MalformedInput(
            "carrier-malformed", "The drawing declares document types or entities, which badges never do."
        )
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedInput("carrier-malformed", "The file is neither a drawing nor a credential.") from error
    found = root.findall(f".//{{{_NAMESPACE}}}credential")
    if len(found) > 1:
        raise MalformedInput(
            "carrier-malformed", "The drawing carries two credentials; which one counts nobody can tell."
        )
    text = ((found[0].text or found[0].get("verify") or "") if found else "").strip()
    if not text:
        raise MalformedInput(_NONE, "The drawing carries no credential.")
    return text.encode("utf-8")


def _from_pdf(data: bytes) -> bytes:
    found = _attachments(data)
    likely = [content for name, content in found if name.lower().endswith((".jsonld", ".json", ".jwt", ".sd-jwt"))]
    if not likely:
        raise MalformedInput(_NONE, "The PDF carries no credential.")
    if len(likely) > 1:
        raise MalformedInput(
            "carrier-malformed", "The PDF carries several credentials; which one counts nobody can tell."
        )
    if len(likely[0]) > _LARGEST:
        raise MalformedInput("carrier-too-large", "The credential in the PDF is larger than any real one.")
    return likely[0]


def _attachments(data: bytes) -> list[tuple[str, bytes]]:
    """The first attachments with their names."""
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells the user of every oddity that it repairs

    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise MalformedInput("carrier-encrypted", "The PDF is encrypted, so what it carries cannot be read.")
        return [
            (str(name), content)  # a name that is no text comes as bytes, a number or nothing
            for name, contents in list(reader.attachments.items())[:_MOST_ATTACHMENTS]
            for content in contents
            if isinstance(content, bytes)
        ]
    except MalformedInput:
        raise
    except (PyPdfError, *_UNREADABLE_PDF) as error:
        raise MalformedInput("carrier-malformed", "The PDF cannot be read.") from error
