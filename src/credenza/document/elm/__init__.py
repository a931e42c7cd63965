"""ELM 3: the award as a European Digital Credential for Learning (EDC application profile, generic, 3.2).

VCDM 1.1, then the context of the profile. Every controlled value is a Concept with its scheme and labels; node ids are
unique but for identical nodes; the page that Europass shows is a picture inside the document.
"""

from credenza.document.elm.check import check_membership
from credenza.document.elm.learning_opportunity import learning_opportunity
from credenza.document.elm.read import from_document
from credenza.document.elm.write import CONTEXTS, SCHEMA_URL, Template, to_bytes, to_document

__all__ = [
    "CONTEXTS",
    "SCHEMA_URL",
    "Template",
    "check_membership",
    "from_document",
    "learning_opportunity",
    "to_bytes",
    "to_document",
]
