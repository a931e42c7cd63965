"""``POST /credentials/status``: revoke, suspend or reinstate a credential that this instance issued (VC API 3.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credenza.document.vcdm import items, types
from credenza.errors import MalformedInput, Refused
from credenza.exchange.vc_api.instance import Instance, Reply
from credenza.exchange.vc_api.issue import issuer_of_instance
from credenza.exchange.vc_api.request import text_option
from credenza.status import bitstring

_PURPOSES = (bitstring.REVOCATION, bitstring.SUSPENSION)
_VALUES = {"1": True, "0": False, True: True, False: False}


def update_status(body: Mapping[str, Any], instance: Instance) -> Reply:
    """200 once every named status is set; ``status`` beside or inside each entry, by default true.

    Raises:
        MalformedInput: ``request-malformed``, ``credential-unknown``, ``status-purpose-unknown``.
        Refused: ``issuing-not-offered``, ``status-not-offered``. Conflict: ``credential-revoked``.
    """
    register = issuer_of_instance(instance).register
    if register is None:
        raise Refused("status-not-offered", "This instance keeps no status lists.")
    credential_id = text_option(body, "credentialId")
    if credential_id is None:
        raise MalformedInput("request-malformed", "The request must name the credential by 'credentialId'.")
    entries = [_entry(item, body) for item in items(body.get("credentialStatus"))]
    if not entries:
        raise MalformedInput("request-malformed", "The request must say which status is to be set.")
    for purpose, value in entries:
        register.set_status(credential_id, purpose, value)
    return Reply(200, {"credentialId": credential_id})


def _entry(item: Any, body: Mapping[str, Any]) -> tuple[str, bool]:
    if not isinstance(item, Mapping) or bitstring.ENTRY_TYPE not in types(item):
        raise MalformedInput("request-malformed", f"A status must be an object of the type {bitstring.ENTRY_TYPE}.")
    purpose = item.get("statusPurpose", bitstring.REVOCATION)
    if purpose not in _PURPOSES:
        raise MalformedInput("status-purpose-unknown", "Only revocation and suspension are kept.")
    value = item.get("status", body.get("status", True))
    if not isinstance(value, bool | str) or value not in _VALUES:
        raise MalformedInput("request-malformed", "A status must be true or false.")
    return purpose, _VALUES[value]
