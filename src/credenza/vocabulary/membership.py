"""Is this URI really a term of the vocabulary that a document says it is from?

The official SHACL shapes look only at the scheme that a document asserts, so ``eqf/99`` passes them.
"""

from __future__ import annotations

from enum import StrEnum

from credenza.vocabulary.terms import by_prefix, by_scheme


class Membership(StrEnum):
    """The judgement about a term and its scheme."""

    MEMBER = "member"
    NOT_A_MEMBER = "not-a-member"
    WRONG_SCHEME = "wrong-scheme"
    UNKNOWN_SCHEME = "unknown-scheme"


def membership(uri: str, scheme: str | None) -> Membership:
    """Judge a term by its URI and the scheme that the document asserts (None: it asserts none).

    ``unknown-scheme`` is for vocabularies that Credenza does not keep (ESCO, a provider's own): not checked.
    """
    home = by_prefix(uri[: uri.rfind("/") + 1])
    asserted = by_scheme(scheme) if scheme is not None else home
    if home is None and asserted is None:
        return Membership.UNKNOWN_SCHEME
    if home is None or (asserted is not None and uri not in asserted):
        return Membership.NOT_A_MEMBER
    if asserted is None:
        return Membership.WRONG_SCHEME
    return Membership.MEMBER
