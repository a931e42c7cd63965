"""An award that is a decision on recognition: what it refers to, and what it must say to be one.

Annex I describes micro-credentials, so it is not asked of a decision but of what was recognised. A decision names who
decided, when, how, about what, and how to appeal unless it is full (Lisbon Recognition Convention, III.5 and VI.1).
"""

from __future__ import annotations

from credenza.record.award import Award
from credenza.record.organisation import Identifier, IdentifierKind
from credenza.record.text import Frozen

DECISION_KIND = "https://w3id.org/credenza/recognition/decision"
APPEAL = "Appeal: "
_CREDENTIAL, _DIGEST = "recognised credential", "recognised credential, SHA-256"
_OUTCOME, _FULL = "recognition, outcome", "full"
_OUTCOMES = frozenset({_FULL, "partial", "with-conditions", "not"})


class Reference(Frozen):
    """What a decision is about: the id of the recognised credential, the SHA-256 (hexadecimal) of its file; how it ended."""

    credential_id: str
    digest: str
    outcome: str = ""


def identifiers_of(reference: Reference) -> tuple[Identifier, ...]:
    """The reference as identifiers of an award, which every format carries."""
    named = {_CREDENTIAL: reference.credential_id, _DIGEST: reference.digest, _OUTCOME: reference.outcome}
    return tuple(
        Identifier(kind=IdentifierKind.OTHER, value=value, scheme_name=name) for name, value in named.items() if value
    )


def reference_of(award: Award) -> Reference | None:
    """What the decision in this award is about; None where it is no decision on recognition."""
    named = {one.scheme_name: one.value for one in award.identifiers if one.kind is IdentifierKind.OTHER}
    if _CREDENTIAL not in named or _DIGEST not in named:
        return None
    return Reference(credential_id=named[_CREDENTIAL], digest=named[_DIGEST], outcome=named.get(_OUTCOME, ""))


def is_decision(award: Award) -> bool:
    """Whether the award says of itself that it is a decision on recognition."""
    kind = award.micro_credential.kind
    return kind is not None and kind.uri == DECISION_KIND


def lacking(award: Award) -> tuple[str, ...]:
    """What a decision must say and this one does not, in plain words."""
    offered, reference = award.micro_credential, reference_of(award)
    outcome = reference.outcome if reference is not None else ""
    told = list(offered.further_information.root.values()) if offered.further_information is not None else []
    stated = {
        "the authority that decided": bool(offered.awarding_body.legal_name.root)
        and award.issuer == offered.awarding_body,
        "how it was decided": outcome in _OUTCOMES,
        "the date of the decision": award.awarded is not None,
        "what was recognised": reference is not None,
        "the reasons": any(text.strip() for text in told),
        "how to appeal": outcome == _FULL or any(APPEAL.strip() in text for text in told),
    }
    return tuple(name for name, is_stated in stated.items() if not is_stated)
