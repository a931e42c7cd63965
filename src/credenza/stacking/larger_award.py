"""The larger award of a complete pathway: who gets it, what is inside, and when it must not be issued."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence

from credenza.errors import Refused
from credenza.record import AwardPart, Learner, MicroCredential, PartOffered
from credenza.stacking.progress import Progress
from credenza.verifying.verified import VerifiedCredential

_UNNAMED = ("urn:credenza:undisclosed", "urn:credenza:unnamed")


def require_issuable(progress: Progress, definition: MicroCredential, *, accept_doubts: bool = False) -> None:
    """Refuse what must not be issued.

    Raises:
        Refused: ``pathway-incomplete``; ``award-not-of-pathway`` where the pathway leads to another definition;
            ``stack-in-doubt`` where a counted credential was not fully verified, or whose it is is not sure.
    """
    if definition.id != progress.pathway.award:
        raise Refused("award-not-of-pathway", f"The pathway leads to {progress.pathway.award}, not to {definition.id}.")
    if not progress.complete:
        raise Refused("pathway-incomplete", " ".join(progress.sentences()[:2]))
    if progress.doubts and not accept_doubts:
        doubt = progress.doubts[0]
        message = f"A person must look at this first: {doubt.reason.text}"
        raise Refused("stack-in-doubt", message, places=tuple(one.place for one in progress.doubts))


def parts_inside(progress: Progress, sealed: Sequence[bytes]) -> tuple[AwardPart, ...]:
    """The counted credentials in the order of the pathway's parts; ``sealed`` are the exact bytes of each credential."""
    places = [place for part in progress.parts for place in part.credentials]
    return tuple(part_of(progress.credentials[place].credential, sealed[place]) for place in places)


def part_of(credential: VerifiedCredential, sealed: bytes) -> AwardPart:
    """A verified credential as a part of a larger award."""
    award, digest = credential.award, hashlib.sha256(sealed).hexdigest()
    return AwardPart(
        id=f"urn:credenza:sha256:{digest}" if award.id in _UNNAMED else award.id,
        micro_credential=award.micro_credential,
        awarded=award.awarded,
        results=award.results,
        digest=digest,
        sealed=b64encode(sealed).decode(),
    )


def with_parts(definition: MicroCredential, parts: Sequence[AwardPart]) -> MicroCredential:
    """The larger definition, naming the micro-credentials that it was made of."""
    offered = {one.micro_credential.id: one.micro_credential.title for one in parts}
    named = tuple(PartOffered(title=title, id=uri) for uri, title in offered.items())
    return definition.model_copy(update={"parts": named})


def learner_of(progress: Progress) -> Learner:
    """The learner as the credential tells that says the most of them."""
    learners = [one.credential.award.learner for one in progress.credentials if one.part is not None]
    return max(learners, key=lambda one: len(one.model_dump(exclude_defaults=True)))
