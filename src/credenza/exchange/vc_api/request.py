"""The body of a request: an object that holds one document, and options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credenza.errors import MalformedInput


def document_of(body: Any, name: str) -> Mapping[str, Any]:
    """The document that a request is about.

    Raises:
        MalformedInput: ``request-malformed``.
    """
    found = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(found, Mapping):
        raise MalformedInput("request-malformed", f"The request must hold an object {name!r}.")
    return found


def options_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options of a request, none where there are none.

    Raises:
        MalformedInput: ``request-malformed``.
    """
    options = body.get("options")
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise MalformedInput("request-malformed", "The options of the request must be an object.")
    return options


def text_option(options: Mapping[str, Any], name: str) -> str | None:
    """An option that is a text, where it is there.

    Raises:
        MalformedInput: ``request-malformed``.
    """
    value = options.get(name)
    if value is not None and (not isinstance(value, str) or not value or "\x00" in value):
        raise MalformedInput("request-malformed", f"The option {name!r} must be a text.")
    return value


def texts_option(options: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """An option that is a list of texts.

    Raises:
        MalformedInput: ``request-malformed``.
    """
    value = options.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MalformedInput("request-malformed", f"The option {name!r} must be a list of texts.")
    return tuple(value)
