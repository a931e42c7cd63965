"""The VC API's instances, the student's own transfer by EMREX, and the node of Erasmus Without Paper."""

from credenza.service.exchange.models.transfer import EmrexFetch, EmrexRequest, FetchState, TransferSettings
from credenza.service.exchange.models.vc import VcCredential, VcInstance, VcStatusList
from credenza.service.exchange.models.without_paper import EwpRequest, Mobility, ReceivedTranscript

__all__ = [
    "EmrexFetch",
    "EmrexRequest",
    "EwpRequest",
    "FetchState",
    "Mobility",
    "ReceivedTranscript",
    "TransferSettings",
    "VcCredential",
    "VcInstance",
    "VcStatusList",
]
