"""A request that was begun, and answers to it."""

import pytest

from credenza.document import elmo
from credenza.errors import Conflict, MalformedInput, Refused, Unreachable
from credenza.exchange.emrex.client import ClientPolicy, begin, receive
from credenza.exchange.emrex.provider import (
    ReturnPolicy,
)
from credenza.proof.xml_signature import sign_enveloped

from .conftest import NOW

RETURN_URL = "https://sis.home.example/emrex/return"
POLICY = ReturnPolicy(frozenset({"*.home.example"}))
RANDOM = bytes(range(16))


def code_of(call) -> str:
    with pytest.raises((MalformedInput, Refused, Conflict, Unreachable)) as caught:
        call()
    return caught.value.code


def begun(registry):
    return begin(registry.provider("FI/EXAMPLE"), return_url=RETURN_URL, randomness=RANDOM, now=NOW)


def take(session, fields, award, registry, policy=None, now=NOW, learner=None):
    person = learner or award.learner
    return receive(session, fields, learner=person, registry=registry, policy=policy or ClientPolicy(), now=now)


def packed(award, signer) -> str:
    return elmo.pack(sign_enveloped(elmo.to_document(award, generated=NOW), signer))


def ok_fields(session, elmo_field) -> dict:
    return {"sessionId": session.session_id, "returnCode": "NCP_OK", "returnMessage": "", "elmo": elmo_field}


def refused(session, field, award, registry, **options) -> str:
    used, received = take(session, ok_fields(session, field), award, registry, **options)
    assert used.used is not None
    assert received.transcript is None
    assert received.document is None
    assert not received.may_be_taken_over
    return received.findings[-1].code
