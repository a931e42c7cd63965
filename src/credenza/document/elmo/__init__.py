"""ELMO, in which European universities exchange results (EMREX, Erasmus Without Paper): 1.7 and 2.0 written.

What ELMO has an element for is said in its elements; the record in full, every element of Annex I, travels in an
extension of our own (``docs/schemas``), and the sealed credentials as attachments of the type "Micro Credential".
"""

from credenza.document.elmo.packing import pack, unpack
from credenza.document.elmo.read import from_bytes, from_document, versions
from credenza.document.elmo.transcript import (
    Attachment,
    Counted,
    Decision,
    Entry,
    RecognitionMapping,
    RecognitionStatus,
    ResultOfRecognition,
    Transcript,
)
from credenza.document.elmo.write import to_bytes, to_document, to_recognition, to_transcript

__all__ = [
    "Attachment",
    "Counted",
    "Decision",
    "Entry",
    "RecognitionMapping",
    "RecognitionStatus",
    "ResultOfRecognition",
    "Transcript",
    "from_bytes",
    "from_document",
    "pack",
    "to_bytes",
    "to_document",
    "to_recognition",
    "to_transcript",
    "unpack",
    "versions",
]
