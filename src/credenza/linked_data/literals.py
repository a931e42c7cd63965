"""Values of JSON as terms of N-Quads: IRIs, and literals with their datatype or language.

JSON-LD 1.1 API section 8.2.2 (Object to RDF Conversion); escapes as RDFC-1.0 section 5 (canonical N-Quads) has them.
"""

from __future__ import annotations

import re
from typing import Any

import rfc8785

from credenza.errors import MalformedInput

XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = XSD + "string"
_DOUBLE = XSD + "double"
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LARGEST_WHOLE = 1e21


def quoted(text: str) -> str:
    """A text between quotation marks, escaped as canonical N-Quads are."""
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(lambda match: _escape(ord(match.group())), text)
    return f'"{text}"'


def _escape(code: int) -> str:
    return _ESCAPES.get(code) or f"\\u{code:04X}"


def typed(value: str | bool | int | float, datatype: str | None) -> str:
    """A JSON text, truth value or number as a literal; None stands for the datatype that JSON itself gives."""
    if isinstance(value, str):
        lexical, natural = value, _STRING
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


def json_literal(value: Any) -> str:
    """Any JSON value as a literal of the datatype ``rdf:JSON``, canonical by RFC 8785 (JCS).

    Raises:
        MalformedInput: ``json-not-canonical``.
    """
    try:
        text = rfc8785.dumps(value).decode()
    except (rfc8785.CanonicalizationError, TypeError) as error:
        raise MalformedInput("json-not-canonical", "A JSON value of the document has no canonical form.") from error
    return f"{quoted(text)}^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"


def _double(number: float) -> str:
    mantissa, exponent = f"{number:.15E}".split("E")
    whole, fraction = mantissa.split(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"
