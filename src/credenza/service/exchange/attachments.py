"""The sealed credentials of an award as they travel inside a transcript."""

from __future__ import annotations

from credenza.document import elmo
from credenza.issuing.sealing import ELM, OPEN_BADGE
from credenza.record import Text
from credenza.service.issuance.documents import document
from credenza.service.issuance.models import Award

_ATTACHED = (ELM, OPEN_BADGE)


def attachments(award: Award) -> list[elmo.Attachment]:
    """The European Digital Credential and the Open Badge, to the byte.

    Raises:
        Refused: ``award-erased``.
    """
    title = Text.of(award.version.title)
    files = [document(award, name) for name in _ATTACHED]
    return [elmo.Attachment(one.data, one.media_type, title) for one in files]
