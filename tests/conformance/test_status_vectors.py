"""Published examples of both status lists, each with what must be read from it."""

from __future__ import annotations

import pytest

from credenza.status import bitstring, token_list

ONE_BIT = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
TWO_BIT = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("size", "text", "statuses"),
    [(1, "eNrbuRgAAhcBXQ", ONE_BIT), (2, "eNo76fITAAPfAgc", TWO_BIT)],
)
def test_the_examples_of_token_status_list_section_4_are_read_and_written(size, text, statuses):
    read = token_list.decode(text, size=size)
    assert [read.get(index) for index in range(len(read))] == statuses
    assert token_list.encode(read) == text


def test_the_empty_list_of_bitstring_status_list_section_2_is_read():
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    read = bitstring.decode(text)
    assert len(read) == 131_072
    assert not any(bytes(read))
