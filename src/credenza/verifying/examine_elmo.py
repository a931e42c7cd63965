"""ELMO files: who sent the transcript is known by the keys that the verifier brings, never by what the file says.

The signature is the sender's (an EMREX provider's) over the whole file. The issuers' own seals are on the credentials
that are attached, each to be verified by itself; an ELMO file alone is therefore never more than partially verified.
"""

from __future__ import annotations

from typing import Any

from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.document.projection import Reading
from credenza.encoding import strict_xml
from credenza.errors import MalformedInput, Refused
from credenza.finding import Finding, failed, not_checked, passed, warning
from credenza.proof import xml_signature
from credenza.record import Award, StatusKind
from credenza.verifying.evidence import Examined, Sources

_NO_KEY = not_checked("elmo-key-unknown", "The file is signed; bring the sender's key or the registry to check it.")
_UNSIGNED = failed("proof-missing", "The file carries no signature: anybody could have written it.")


def examine_elmo(data: bytes, *, sources: Sources) -> Examined:
    """Look into an ELMO file; of several awards in it none is singled out.

    Raises:
        MalformedInput: it is no ELMO file that can be read.
    """
    found, proof = _signed(data, sources)
    transcript = elmo.from_document(found if found is not None else strict_xml.parse(data))
    if not transcript.signed and found is None:
        proof = _UNSIGNED
    entries = transcript.entries
    if len(entries) != 1:
        several = f"The file holds {len(entries)} awards: take one out to see what it says."
        form = (warning("elmo-several-awards", several if entries else "The file holds no award."),)
        return Examined(format="elmo", reading=None, proof=(proof,), form=form)
    award = entries[0].award
    return Examined(
        format="elmo",
        reading=Reading(award, (*entries[0].not_carried, *transcript.not_carried)),
        proof=(proof,),
        credential_status=_entries(award) or None,
        token_status=_token(award),
    )


def _signed(data: bytes, sources: Sources) -> tuple[Any, Finding]:
    """What one of the brought keys signed, and the finding about it."""
    if not sources.elmo_keys:
        return None, _NO_KEY
    worst = _NO_KEY
    for name, key in sources.elmo_keys:
        try:
            content = xml_signature.verify_enveloped(data, key, expected_root=tag("elmo"))
        except (MalformedInput, Refused) as error:
            worst = failed(error.code, error.message)
            continue
        return content, passed("elmo-signed", f"The whole file is signed by {name}.")
    return None, worst


def _entries(award: Award) -> list[dict[str, Any]]:
    return [
        {
            "type": StatusKind.BITSTRING.value,
            "statusPurpose": one.purpose.value if one.purpose else "revocation",
            "statusListIndex": str(one.index),
            "statusListCredential": one.list_url,
        }
        for one in award.status
        if one.kind is StatusKind.BITSTRING
    ]


def _token(award: Award) -> dict[str, Any] | None:
    one = next((one for one in award.status if one.kind is StatusKind.TOKEN), None)
    return None if one is None else {"status_list": {"idx": one.index, "uri": one.list_url}}
