"""Selective disclosure for JWTs (RFC 9901) and SD-JWT VC: the learner shows what is asked, and the seal still holds.

An issuer signs digests of claims; the claims travel beside the signature as disclosures, each with a salt. A holder
leaves out what is nobody's business (``present``), and proves with its own key that the presentation is for this
verifier, now (``bind_key``).

A claim is named by its path, as in DCQL (OpenID4VP 1.0 section 7): member names, array positions, None for every
element.
"""

from credenza.proof.sd_jwt.frame import Frame, Path, frame
from credenza.proof.sd_jwt.issue import issue
from credenza.proof.sd_jwt.key_binding import KeyBindingExpectation, bind_key
from credenza.proof.sd_jwt.parts import ParsedSdJwt, from_json, parse
from credenza.proof.sd_jwt.present import present
from credenza.proof.sd_jwt.verify import VerifiedSdJwt, verify

__all__ = [
    "Frame",
    "KeyBindingExpectation",
    "ParsedSdJwt",
    "Path",
    "VerifiedSdJwt",
    "bind_key",
    "frame",
    "from_json",
    "issue",
    "parse",
    "present",
    "verify",
]
