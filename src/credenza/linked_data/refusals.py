"""The refusals of linked data, each with its stable code and a sentence for people."""

from __future__ import annotations

from credenza.errors import MalformedInput


def undefined(name: str) -> MalformedInput:
    """A member, type or datatype that no context defines."""
    return MalformedInput(
        "term-undefined", f"No context of the document says what {name!r} means, so no seal covers it.", term=name
    )


def dropped(name: str, what: str) -> MalformedInput:
    """A value that JSON-LD would silently leave out."""
    return MalformedInput("value-dropped", f"{name!r} holds {what}; no seal would cover that.", term=name)


def not_allowed(name: str) -> MalformedInput:
    """A keyword of JSON-LD that credentials do not use at this place."""
    return MalformedInput("keyword-not-allowed", f"The member {name!r} is not accepted at this place.", term=name)


def redefined(name: str) -> MalformedInput:
    """A term to which a later context gives another meaning."""
    return MalformedInput("term-redefined", f"A later context gives {name!r} a new meaning.", term=name)


def unsupported(what: str) -> MalformedInput:
    """A feature of contexts that is not understood here."""
    return MalformedInput("context-unsupported", f"A context of the document uses {what}, which is not supported here.")
