"""A transcript is known by its first element, whatever stands before it, and in no time."""

import pytest

from credenza.verifying.kinds import Kind, kind_of


@pytest.mark.parametrize(
    "data",
    [
        b"<elmo/>",
        b'<?xml version="1.0"?>\n<!-- a --><!-- b -->\n<e:elmo xmlns:e="x">',
        b"\xef\xbb\xbf  <elmo\n>",
        b"<?xml-stylesheet x?><elmo>",
    ],
)
def test_a_transcript_is_known_by_its_first_element(data):
    assert kind_of(data)[0] is Kind.ELMO


@pytest.mark.parametrize(
    "data", [b"<svg><elmo/></svg>", b"<elmos/>", b"<!-- <elmo> --><svg/>", b"<!---->" * 40 + b"x", b"<!--" * 9000]
)
def test_any_other_xml_is_a_drawing_or_nothing(data):
    assert kind_of(data)[0] is Kind.SVG
