"""Comprehensive Learner Record 2.0 (1EdTech): the larger award with the sealed credentials of its parts inside.

The larger award is there as an Open Badge of its own, then each part: an embedded credential where its bytes survive
being embedded, else an ``EnvelopedVerifiableCredential`` (VCDM 2.0, section 4.13). Associations say what belongs to
what; the elements of Annex I travel as in an Open Badge.
"""

from credenza.document.comprehensive_learner_record.read import from_document
from credenza.document.comprehensive_learner_record.write import CONTEXTS, to_document, without_sealed

__all__ = ["CONTEXTS", "from_document", "to_document", "without_sealed"]
