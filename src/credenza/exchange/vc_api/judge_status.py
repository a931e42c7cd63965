"""Does a credential still stand? Every status entry is looked at; what cannot be read never counts as good.

Bitstring Status List 1.0 section 3.2. A list must be signed by the issuer of the credential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from credenza.document.vcdm import Fault, check_credential, items, open_envelope, types
from credenza.document.vcdm.envelope import is_envelope
from credenza.encoding import strict_json
from credenza.errors import CredenzaError, MalformedInput, Refused, Unreachable
from credenza.exchange.vc_api.instance import Instance
from credenza.exchange.vc_api.judge_proof import credential_token, embedded_findings, issuer_of
from credenza.exchange.vc_api.judgement import Expected
from credenza.finding import Finding, failed, not_checked
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.proof.data_integrity.verify import CLOCK_SKEW
from credenza.status import bitstring, bitstring_rules

MEDIA_TYPES = ("application/vc", "application/vc+jwt", "application/ld+json", "application/json", "application/jwt")
MAXIMUM_BYTES = 4 * 1024 * 1024


def entry_faults(credential: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the form of the Bitstring Status List entries, whatever their lists say (section 2.1)."""
    for index, item in enumerate(items(credential.get("credentialStatus", []))):
        if bitstring.ENTRY_TYPE in types(item):
            for reason in bitstring_rules.entry_faults(item):
                yield Fault("status-entry-malformed", f"/credentialStatus/{index}", reason)


def status_findings(credential: Mapping[str, Any], instance: Instance, now: datetime) -> Iterator[Finding]:
    """One finding for each status entry of a credential whose proof holds."""
    if "credentialStatus" not in credential:
        return
    entries = items(credential["credentialStatus"])
    if len(entries) > bitstring.MAXIMUM_STATUSES:
        yield failed("status-entry-malformed", "The credential names more statuses than any would.")
        return
    for item in entries:
        yield _finding(item, credential, instance, now)


def _finding(item: Mapping[str, Any], credential: Mapping[str, Any], instance: Instance, now: datetime) -> Finding:
    if bitstring.ENTRY_TYPE not in types(item):
        return bitstring.UnknownStatus(types(item)).judge()
    try:
        (entry,) = bitstring.entries_of(item)
    except MalformedInput as error:
        return failed(error.code, error.message)
    if isinstance(entry, bitstring.UnknownStatus):
        return entry.judge()
    try:
        data = instance.fetch(entry.list_url, accept=MEDIA_TYPES, maximum_bytes=MAXIMUM_BYTES).content
    except (Unreachable, Refused) as error:
        return not_checked("status-list-unreachable", f"The status list could not be fetched: {error.message}")
    try:
        document = _signed_list(data, instance, now)
        found = bitstring.parse_list(document)
        return bitstring.judge(entry, found, expected_issuers=_issuers(credential), now=now, leeway=CLOCK_SKEW)
    except CredenzaError as error:
        return failed("status-list-invalid", f"The status list is not sound: {error.message}")


def _signed_list(data: bytes, instance: Instance, now: datetime) -> Mapping[str, Any]:
    """The list credential, once its proof holds and its form is what it must be."""
    if data.lstrip().startswith(b"{"):
        document: Mapping[str, Any] = strict_json.loads_object(data)
        token = open_envelope(document).token if is_envelope(document) else None
    else:
        document, token = {}, data.strip().decode("ascii", errors="replace")
    if token is not None:
        document, findings = credential_token(token, instance, now)
    else:
        findings = tuple(embedded_findings(document, issuer_of(document), Expected(ASSERTION_METHOD), instance, now))
    for finding in findings:
        if finding.outcome != "passed":
            raise MalformedInput(finding.code, finding.reason)
    reasons = [fault.reason for fault in check_credential(document)] + list(bitstring_rules.list_faults(document))
    if reasons:
        raise MalformedInput("status-list-malformed", reasons[0])
    return document


def _issuers(credential: Mapping[str, Any]) -> frozenset[str]:
    issuer = issuer_of(credential)
    return frozenset({issuer} if issuer else ())
