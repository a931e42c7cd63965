"""W3C Verifiable Credentials Data Model 2.0 (and 1.1): what a credential or presentation MUST be, as findings.

The check is of the JSON alone. Whether its terms are defined is for ``linked_data``, whether its proof holds for
``proof``, and whether its status entries are sound for ``status``.
"""

from credenza.document.vcdm.credential import check_credential
from credenza.document.vcdm.envelope import Envelope, check_envelope, open_envelope, to_envelope
from credenza.document.vcdm.fault import Fault
from credenza.document.vcdm.presentation import check_presentation
from credenza.document.vcdm.values import identifier, is_url, items, moment, types, version

__all__ = [
    "Envelope",
    "Fault",
    "check_credential",
    "check_envelope",
    "check_presentation",
    "identifier",
    "is_url",
    "items",
    "moment",
    "open_envelope",
    "to_envelope",
    "types",
    "version",
]
