"""What somebody hands in to be checked: a file, a text, a link, or a picture of a QR code. Nothing of it is kept."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import zxingcpp
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from credenza.errors import CredenzaError, MalformedInput
from credenza.service.verification.sources import LARGEST_FILE, fetch

_MOST_PIXELS = 40_000_000
_ANYTHING = ("*/*",)


@dataclass(frozen=True)
class Elsewhere:
    """A link to a page of this site that already shows the credential."""

    path: str


def credential_of(text: str) -> bytes | Elsewhere:
    """What a pasted text or a scanned code stands for: the credential itself, or what lies at the address it holds.

    Raises:
        MalformedInput: ``file-empty``, ``file-too-large``, ``link-malformed``. Unreachable, Refused: as the guarded fetcher says.
    """
    text = text.strip()
    if not text:
        raise MalformedInput("file-empty", "There is nothing to check.")
    if not text.lower().startswith(("https://", "http://")) or any(one.isspace() for one in text):
        return text.encode()
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise MalformedInput("link-malformed", _("This link cannot be read. Was it copied whole?")) from error
    if parts.netloc in {urlsplit(settings.SITE_URL).netloc, urlsplit(settings.CREDENZA.public_base).netloc}:
        here = parts._replace(scheme="", netloc="", path=f"/{parts.path.lstrip('/')}")  # "//" would lead elsewhere
        return Elsewhere(here.geturl())
    return fetch()(text, accept=_ANYTHING, maximum_bytes=LARGEST_FILE).content


def handed_in(data: bytes) -> bytes | Elsewhere:
    """What a file stands for: a credential, or a picture that shows the code of one.

    Raises:
        MalformedInput: ``file-too-large``, ``picture-without-credential``, as ``code_in``, and as ``credential_of``.
    """
    if len(data) > LARGEST_FILE:
        raise MalformedInput("file-too-large", _("The file is larger than any credential (10 MB)."))
    if not is_picture(data) or _carries(data):
        return data
    text = code_in(data)
    if text is None:
        raise MalformedInput("picture-without-credential", _("The picture holds no credential and shows no QR code."))
    return credential_of(text)


def _carries(data: bytes) -> bool:
    """Whether a PNG carries a baked credential, which then is what is checked."""
    return data.startswith(b"\x89PNG") and b"openbadge" in data


def code_in(picture: bytes) -> str | None:
    """The text of the first QR code in a picture, or None.

    Raises:
        MalformedInput: ``picture-unreadable``, ``picture-too-large``.
    """
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise MalformedInput("picture-too-large", "The picture has too many pixels.")
            found = zxingcpp.read_barcodes(opened.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    except CredenzaError:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken picture; all of them mean the same to a person
        raise MalformedInput("picture-unreadable", "The picture cannot be read.") from error
    return str(found[0].text) if found else None


def is_picture(data: bytes) -> bool:
    """Whether the bytes are a picture that may show a QR code."""
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")) or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    )
