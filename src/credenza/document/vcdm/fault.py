"""A MUST of the data model that a document breaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Which rule is broken (a stable kebab-case code), where (a JSON Pointer), and a sentence for people.

    Codes: ``vcdm-context``, ``vcdm-type``, ``vcdm-id``, ``vcdm-text``, ``vcdm-issuer``, ``vcdm-subject``,
    ``vcdm-time``, ``vcdm-validity-order``, ``vcdm-status``, ``vcdm-schema``, ``vcdm-refresh-service``,
    ``vcdm-terms-of-use``, ``vcdm-evidence``, ``vcdm-reserved``, ``vcdm-related-resource``, ``vcdm-proof``,
    ``vcdm-holder``, ``vcdm-credentials``, ``vcdm-envelope``, ``vcdm-not-an-object``.
    """

    code: str
    at: str
    reason: str
