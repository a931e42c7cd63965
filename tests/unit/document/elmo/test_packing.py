"""The packing of EMREX answers: gzip and base64, unpacked within bounds however little came."""

import gzip
import tracemalloc
import zlib
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from credenza.document import elmo
from credenza.encoding import strict_xml
from credenza.errors import MalformedInput

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MEGABYTE = 1 << 20


def code_of(call):
    with pytest.raises(MalformedInput) as caught:
        call()
    return caught.value.code


def bomb_of(megabytes: int) -> bytes:
    """A gzip file that unpacks to so much white space: one block, flushed so that it can stand again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return head + block * megabytes + packer.flush(zlib.Z_FINISH)


def test_what_was_packed_is_unpacked_to_the_same_bytes(award):
    data = elmo.to_bytes(elmo.to_document(award, generated=NOW))
    assert elmo.unpack(elmo.pack(data)) == data


def test_the_bomb_of_these_tests_is_a_real_one():
    unpacked = zlib.decompressobj(31).decompress(bomb_of(3))
    assert unpacked == b" " * 3 * MEGABYTE


def test_ten_gigabytes_in_ten_megabytes_are_refused_in_bounded_memory():
    field = b64encode(bomb_of(10_240)).decode()
    assert 10 * MEGABYTE < len(field) < 2 * strict_xml.MAXIMUM_BYTES  # it is not refused for the size of what came
    tracemalloc.start()
    try:
        assert code_of(lambda: elmo.unpack(field)) == "elmo-too-large"
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * strict_xml.MAXIMUM_BYTES


def test_a_kilobyte_that_unpacks_to_a_bomb_is_unpacked_once_and_is_no_xml():
    """Only two layers of gzip make gigabytes of a kilobyte; the second is never opened."""
    nested = gzip.compress(gzip.compress(bomb_of(4_096), 9), 9)
    assert len(nested) < 2_000
    inner = elmo.unpack(b64encode(nested).decode())
    assert inner[:2] == b"\x1f\x8b"
    assert code_of(lambda: strict_xml.parse(inner)).startswith("xml-")


def test_what_came_is_bounded_before_it_is_decoded():
    assert code_of(lambda: elmo.unpack("A" * 2_000_001, maximum_bytes=1_000_000)) == "elmo-too-large"


@pytest.mark.parametrize(
    "field",
    [
        "",
        "###",
        b64encode(b"<elmo/>").decode(),
        b64encode(gzip.compress(b"<elmo/>")[:-3]).decode(),
        b64encode(gzip.compress(b"<a/>") + gzip.compress(b"<b/>")).decode(),
    ],
    ids=["empty", "not-base64", "not-gzip", "cut-short", "two-members"],
)
def test_what_is_not_packed_as_emrex_packs_is_refused(field):
    assert code_of(lambda: elmo.unpack(field)) == "elmo-packing-malformed"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml-syntax"),
        (b"<elmo>", "xml-syntax"),
        (b"<!-- nothing -->", "xml-syntax"),
        (b'<!DOCTYPE elmo [<!ENTITY a "b">]><elmo>&a;</elmo>', "xml-declares"),
        (b'<!DOCTYPE elmo SYSTEM "file:///etc/passwd"><elmo/>', "xml-declares"),
        (b"<a>" * 200 + b"</a>" * 200, "xml-too-deep"),
        (b"<elmo/>", "elmo-malformed"),
    ],
)
def test_xml_that_no_institution_sends_is_refused(data, code):
    assert code_of(lambda: elmo.from_bytes(data)) == code
