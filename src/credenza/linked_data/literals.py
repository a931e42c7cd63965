"""Values of JSON as terms of N-Quads: IRIs, and literals with their datatype or language.

JSON-LD 1.1 API section 8.2.2 (Object to RDF Conversion); escapes as RDFC-1.0 section 5 (canonical N-Quads) has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from credenza.encoding import canonical_json
from credenza.errors import MalformedInput

XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = XSD + "string"
_DOUBLE = XSD + "double"
_I18N = "https://www.w3.org/ns/i18n#"
_DIRECTIONS = ("ltr", "rtl")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
# RFC 5646 section 2.1 without the tags that it calls grandfathered: a processor drops the text of any other tag.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language and its extensions
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script and region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"  # extensions and private use
    r"|x(?:-[a-z0-9]{1,8})+",
    re.ASCII | re.IGNORECASE,
)
_LARGEST_WHOLE = 1e21
_SMALLEST = 1e-6  # jsonld.js writes smaller numbers as 0
_CANONICAL_DOUBLE = re.compile(r"-?[0-9]\.[0-9]{1,15}E-?[0-9]{1,3}")


def quoted(text: str) -> str:
    """A text between quotation marks, escaped as canonical N-Quads are."""
    if "\\" in text:  # first, for every other escape brings more of them
        text = text.replace("\\", "\\\\")
    if '"' in text:
        text = text.replace('"', '\\"')
    if _CONTROL.search(text):
        text = _CONTROL.sub(_escaped, text)
    return f'"{text}"'


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def typed(value: str | bool | int | float, datatype: str | None) -> str:
    """A JSON text, truth value or number as a literal; None stands for the datatype that JSON itself gives.

    Raises:
        MalformedInput: ``number-imprecise``: the literal would not hold the number exactly, or processors disagree.
    """
    if isinstance(value, str):
        lexical, natural = value, _STRING
        if datatype == _DOUBLE:
            _refuse_other_spelling(lexical)
    elif isinstance(value, bool):
        lexical, natural = ("true" if value else "false"), XSD + "boolean"
    elif value % 1 or abs(value) >= _LARGEST_WHOLE or datatype == _DOUBLE:
        lexical, natural = _double(float(value)), _DOUBLE
    else:
        lexical, natural = str(int(value)), XSD + "integer"
    datatype = datatype or natural
    return quoted(lexical) if datatype == _STRING else f"{quoted(lexical)}^^<{datatype}>"


def in_language(text: str, language: str) -> str:
    """A text in a language; the tag is written in lower case, as the usual processors do.

    Raises:
        MalformedInput: ``language-tag-invalid``: processors drop a text with such a tag.
    """
    if not _LANGUAGE.fullmatch(language):
        raise MalformedInput("language-tag-invalid", f"{language!r} is not a language tag.", language=language)
    return f"{quoted(text)}@{language.lower()}"


def with_direction(name: str, members: Mapping[str, Any]) -> str:
    """A value object with ``@direction`` as a literal of an ``i18n`` datatype (8.2.2, step 13.1: i18n-datatype).

    Raises:
        MalformedInput: ``direction-invalid``, ``language-tag-invalid``.
    """
    value, language, direction = members["@value"], members.get("@language", ""), members["@direction"]
    if (
        not isinstance(value, str)
        or not isinstance(language, str)
        or "@type" in members
        or direction not in _DIRECTIONS
    ):
        raise MalformedInput("direction-invalid", f"{name!r} holds a text whose direction is unclear.", term=name)
    if language and not _LANGUAGE.fullmatch(language):
        raise MalformedInput("language-tag-invalid", f"{language!r} is not a language tag.", language=language)
    return f"{quoted(value)}^^<{_I18N}{language.lower()}_{direction}>"


def json_literal(value: Any) -> str:
    """Any JSON value as a literal of the datatype ``rdf:JSON``, canonical by RFC 8785 (JCS).

    Raises:
        MalformedInput: ``json-not-canonical``.
    """
    try:
        text = canonical_json.dumps(value).decode()
    except (canonical_json.CanonicalizationError, TypeError, AttributeError, ValueError) as error:
        raise MalformedInput("json-not-canonical", "A JSON value of the document has no canonical form.") from error
    return f"{quoted(text)}^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"


def _refuse_other_spelling(text: str) -> None:
    """jsonld.js and PyLD rewrite a text that stands for a double; only the text they would write is the same to all."""
    if not _CANONICAL_DOUBLE.fullmatch(text) or _double(float(text)) != text:
        raise _imprecise(text)


def _imprecise(text: str) -> MalformedInput:
    return MalformedInput("number-imprecise", f"The number {text[:40]} cannot be sealed exactly; write it as text.")


def _double(number: float) -> str:
    lexical = _shortened(number)
    if float(lexical) != number or (number and abs(number) < _SMALLEST):
        raise _imprecise(repr(number))
    return lexical


def _shortened(number: float) -> str:
    mantissa, exponent = f"{number:.15E}".split("E")
    whole, fraction = mantissa.split(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"
