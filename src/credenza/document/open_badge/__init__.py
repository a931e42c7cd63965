"""Open Badges 3.0: the award as an OpenBadgeCredential of VCDM 2.0.

What Open Badges has a term for is said in its terms; the elements of Annex I in full, with their languages and terms,
travel in ``microCredential`` (our own pinned context), under the same names as in a wallet credential.
"""

from credenza.document.open_badge.read import from_document
from credenza.document.open_badge.write import CONTEXTS, Template, to_document

__all__ = ["CONTEXTS", "Template", "from_document", "to_document"]
