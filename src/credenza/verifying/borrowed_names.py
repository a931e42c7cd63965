"""What a genuine seal does not vouch for: other bodies whom its credential names, and what others offer.

A seal speaks for whoever made it. That somebody else awarded the credential is a claim of the issuer's. Where the verifier
knows an organisation, nobody else goes by its id, and it goes by no other name; where it knows who offers a micro-credential,
nobody else issues it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from credenza.finding import Finding, failed, warning
from credenza.record import UNSTATED, Award, Organisation
from credenza.verifying.evidence import Sources


def borrowed_names(award: Award, sources: Sources) -> Iterator[Finding]:
    """What a credential claims in the name of others than its issuer; nothing where it claims none of it."""
    issuer, body = award.issuer, award.micro_credential.awarding_body
    for organisation in (issuer, body):
        yield from _known_otherwise(organisation, sources)
    yield from _offered_by_another(award, sources)
    own = {plain(name) for name in _names(issuer)}
    strange = next((name for name in _names(body) if plain(name) not in own), None)
    if strange is not None and (own or issuer.id != body.id):
        called = issuer.legal_name.best("en") if own else issuer.id
        reason = f"It was issued by {called!r}, who says that {strange!r} awarded it: nobody else confirms that."
        yield warning("awarding-body-only-claimed", reason)


def _known_otherwise(organisation: Organisation, sources: Sources) -> Iterator[Finding]:
    for name in _names(organisation):
        if sources.goes_by is not None and not sources.goes_by(organisation.id, name):
            yield failed("issuer-name-borrowed", f"{organisation.id} is not called {name!r}, as the credential says.")


def _offered_by_another(award: Award, sources: Sources) -> Iterator[Finding]:
    definition = award.micro_credential
    offers = sources.offered_by(definition.id) if sources.offered_by is not None else None
    if offers not in (None, award.issuer.id):
        reason = f"The micro-credential {definition.id} is offered by {offers}, and was issued by somebody else."
        yield failed("definition-of-another", reason)


def _names(organisation: Organisation) -> tuple[str, ...]:
    name = organisation.legal_name
    return () if name == UNSTATED else tuple(name.root.values())


def plain(name: str) -> str:
    """A name as it is compared: in one form of its letters, whatever their case, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
