"""JAdES: advanced electronic seals in JSON (ETSI TS 119 182-1), the way European Digital Credentials use them.

The envelope is a JWS in general JSON serialisation whose ``payload`` member is the credential's text itself (``b64:
false``). The seal is over exactly that text; it is kept as bytes and never serialised again.

Written: baseline B-B (claimed time in ``iat``) and B-T (with an RFC 3161 time stamp over the signature value).
Read: baseline B-B to B-LTA, with ``iat`` or the older ``sigT``, payload bare or base64url, every signature checked.
Whose the certificate is, and whether it is qualified, is judged in ``trust``.
"""

from credenza.proof.jades.sign import add_time_stamp, sign
from credenza.proof.jades.verify import SealSignature, VerifiedSeal, verify

__all__ = ["SealSignature", "VerifiedSeal", "add_time_stamp", "sign", "verify"]
