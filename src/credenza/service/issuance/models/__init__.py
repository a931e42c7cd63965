"""Issuing: keys and seals, status lists, batches with their rows, awards, sealed documents, mail and claim links."""

from credenza.service.issuance.models.awards import Award, DisplayPage, LearnerKey, SealedDocument, sealed_bytes
from credenza.service.issuance.models.batches import Batch, BatchRow, BatchState, RowState, Worker
from credenza.service.issuance.models.messages import ClaimLink, DailyCount, Delivery, DeliveryState, Letter
from credenza.service.issuance.models.signing import KeyPurpose, PublishedStatusList, SigningKey, StatusList

__all__ = [
    "Award",
    "Batch",
    "BatchRow",
    "BatchState",
    "ClaimLink",
    "DailyCount",
    "Delivery",
    "DeliveryState",
    "DisplayPage",
    "KeyPurpose",
    "LearnerKey",
    "Letter",
    "PublishedStatusList",
    "RowState",
    "SealedDocument",
    "SigningKey",
    "StatusList",
    "Worker",
    "sealed_bytes",
]
