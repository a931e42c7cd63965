"""Files that carry a credential: what was put in comes out; two, none, bombs and entities are refused."""

import contextlib
import io
import struct
import zlib

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.adapters.carriers import bake_png, bake_svg, open_carrier
from credenza.errors import CredenzaError, MalformedInput
from credenza.verifying.kinds import Kind

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
CREDENTIAL = '{"name": "Ünïcode <&> ]]> 陳"}'.encode()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND", b"")


def refused(kind: Kind, data: bytes) -> str:
    with pytest.raises(MalformedInput) as caught:
        open_carrier(kind, data)
    return caught.value.code


def test_what_was_baked_comes_out_byte_for_byte():
    assert open_carrier(Kind.PNG, bake_png(PNG, CREDENTIAL)) == CREDENTIAL
    assert open_carrier(Kind.SVG, bake_svg(SVG, CREDENTIAL)) == CREDENTIAL


def test_pictures_without_a_credential_are_empty():
    assert refused(Kind.PNG, PNG) == "carrier-empty"
    assert refused(Kind.SVG, SVG.encode()) == "carrier-empty"


def test_two_credentials_in_one_picture_are_refused():
    assert refused(Kind.PNG, bake_png(bake_png(PNG, b"{}"), b"{}")) == "carrier-malformed"
    assert refused(Kind.SVG, bake_svg(bake_svg(SVG, b"{}").decode().split("?>")[1], b"{}")) == "carrier-malformed"


def test_a_packed_credential_is_unpacked_within_limits():
    packed = b"openbadgecredential\0\x01\0\0\0" + zlib.compress(b"{}")
    assert open_carrier(Kind.PNG, PNG[:33] + chunk(b"iTXt", packed) + PNG[33:]) == b"{}"
    bomb = b"openbadgecredential\0\x01\0\0\0" + zlib.compress(b"\0" * 20_000_000)
    assert refused(Kind.PNG, PNG[:33] + chunk(b"iTXt", bomb) + PNG[33:]) == "carrier-too-large"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg/>',
        "<svg><unclosed></svg>",
        "no drawing",
    ],
)
def test_drawings_with_entities_or_faults_are_refused(text):
    assert refused(Kind.SVG, text.encode()) == "carrier-malformed"


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([Kind.PNG, Kind.SVG, Kind.PDF]), st.binary(max_size=200), st.integers(0, 60))
def test_no_picture_makes_it_stumble(kind, noise, place):
    good = {
        Kind.PNG: bake_png(PNG, CREDENTIAL),
        Kind.SVG: bake_svg(SVG, CREDENTIAL),
        Kind.PDF: b"%PDF-1.7\n1 0 obj<<>>endobj",
    }
    with contextlib.suppress(CredenzaError):
        open_carrier(kind, good[kind][:place] + noise + good[kind][place:])


def pdf(*attachments: tuple[str, bytes]) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_one_credential_in_a_pdf_is_found():
    assert open_carrier(Kind.PDF, pdf(("credential.jsonld", CREDENTIAL), ("notes.txt", b""))) == CREDENTIAL
    with_a_name_that_is_no_text = pdf(("a.json", b"{}"), ("other1.jsonld", b"{}")).replace(b"other1", b"ot\x00er1")
    assert refused(Kind.PDF, with_a_name_that_is_no_text) == "carrier-malformed"
    assert refused(Kind.PDF, pdf(("notes.txt", b"{}"))) == "carrier-empty"
    assert refused(Kind.PDF, pdf(("a.json", b"{}"), ("b.jwt", b"{}"))) == "carrier-malformed"


@pytest.mark.parametrize("name", [b"7", b"<ff>", b"[]", b"<< >>", b"null"])
def test_an_attachment_whose_name_is_no_text_is_none(name):
    assert open_carrier(Kind.PDF, pdf(("credential.json", CREDENTIAL))) == CREDENTIAL
    damaged = pdf(("credential.json", CREDENTIAL)).replace(rb"(credential\056json)", name)
    assert refused(Kind.PDF, damaged) in ("carrier-empty", "carrier-malformed")
