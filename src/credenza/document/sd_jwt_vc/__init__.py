"""SD-JWT VC: the award as claims for European wallets, each element of Annex I disclosable by itself.

The type and the names are those of the European learning credential (``urn:eu.europa.ec.eudi:learning:credential:1``);
what it has no name for has ours, described in type metadata that extends the European type. Texts in several languages
and controlled terms are objects, so that reading gives back the same record.
"""

from credenza.document.sd_jwt_vc.names import DISCLOSABLE, VCT
from credenza.document.sd_jwt_vc.read import from_claims
from credenza.document.sd_jwt_vc.type_metadata import type_metadata
from credenza.document.sd_jwt_vc.write import Template

__all__ = ["DISCLOSABLE", "VCT", "Template", "from_claims", "type_metadata"]
