"""Every MUST of Bitstring Status List v1.0 that an entry or a list credential can break by its form alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from credenza.errors import MalformedInput
from credenza.status import bitstring, members
from credenza.status.packed import MAXIMUM_SIZE

_INDEX = re.compile(r"0|[1-9][0-9]{0,11}")
_STATUS = re.compile(r"0x[0-9a-fA-F]{1,4}")
_CODE = "status-entry-malformed"


def entry_faults(item: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a BitstringStatusListEntry (section 2.1), in sentences for people."""
    if members.as_list(item.get("type")) != [bitstring.ENTRY_TYPE]:
        yield f"The type of a status entry must be {bitstring.ENTRY_TYPE}."
    purpose = item.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        yield "The purpose of a status entry must be a text."
    index = item.get("statusListIndex")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        yield "The place in the status list must be a whole number from 0 up, written as text in base 10."
    if not _is_address(item.get("statusListCredential")):
        yield "A status entry must name the address of its list."
    elif item.get("id") == item["statusListCredential"]:
        yield "The id of a status entry must not be the address of the list."
    yield from _size_faults(item, purpose)
    references = members.as_list(item.get("statusReference"))
    if "statusReference" in item and (not references or not all(_is_address(one) for one in references)):
        yield "What a status refers to must be one or more addresses."


def list_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a BitstringStatusListCredential (section 2.2), in sentences for people."""
    subject = document.get("credentialSubject")
    if bitstring.CREDENTIAL_TYPE not in members.as_list(document.get("type")):
        yield f"The types of a status list must include {bitstring.CREDENTIAL_TYPE}."
    if not isinstance(subject, Mapping) or members.as_list(subject.get("type")) != [bitstring.LIST_TYPE]:
        yield f"The subject of a status list must be of the type {bitstring.LIST_TYPE}."
        return
    purposes = members.as_list(subject.get("statusPurpose"))
    if not purposes or not all(isinstance(one, str) and one for one in purposes):
        yield "The purposes of a status list must be one or more texts."
    if not isinstance(subject.get("encodedList"), str):
        yield "A status list must hold its statuses."
    ttl = subject.get("ttl")
    if "ttl" in subject and (not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0):
        yield "The time to live of a status list must be a whole number of milliseconds."


def _size_faults(item: Mapping[str, Any], purpose: Any) -> Iterator[str]:
    size = item.get("statusSize", 1)
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MAXIMUM_SIZE:
        yield f"The size of a status must be a whole number from 1 to {MAXIMUM_SIZE}."
        return
    messages = item.get("statusMessage")
    if messages is None:
        if size > 1 or purpose == bitstring.MESSAGE:
            yield "A status with more than two values, or of the purpose message, must say what its values mean."
        return
    if not isinstance(messages, list) or len(messages) != 2**size or not all(_is_message(one) for one in messages):
        yield f"The messages must be a list of {2**size} objects, each with a status (0x...) and a message."
    elif {int(one["status"], 16) for one in messages} != set(range(2**size)):
        yield "The messages must cover each value of the status once."


def _is_message(item: Any) -> bool:
    if not isinstance(item, Mapping) or not isinstance(item.get("message"), str):
        return False
    status = item.get("status")
    return isinstance(status, str) and _STATUS.fullmatch(status) is not None


def _is_address(value: Any) -> bool:
    try:
        members.address({"value": value}, "value", _CODE)
    except MalformedInput:
        return False
    return True
