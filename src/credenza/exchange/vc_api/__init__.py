"""The W3C VC API for machines: issue, derive, verify, status, presentations, DID resolution; pure request to reply.

https://w3c-ccg.github.io/vc-api/ . ``respond`` is the table of end points; a web view parses nothing but HTTP.
"""

from credenza.exchange.vc_api.instance import Instance, Issuer, Reply
from credenza.exchange.vc_api.respond import respond

__all__ = ["Instance", "Issuer", "Reply", "respond"]
