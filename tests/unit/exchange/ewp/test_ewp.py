"""Institutions exchange transcripts inside a mobility: who asks is proved, and only the sending institution reads."""

from dataclasses import replace

import pytest

from credenza.document import elmo
from credenza.errors import MalformedInput
from credenza.exchange.ewp.responses import read_echo, read_institutions, read_transcripts
from credenza.exchange.ewp.services import Mobility

from .ewp_parts import CORK, ESI, HELSINKI, NOW, ask, get, index, post, status_of, tors


def test_the_sending_institution_gets_the_transcript_of_its_student(node):
    (received,) = tors(node, ["m-1"])
    assert received.omobility_id == "m-1"
    assert received.transcript.learner.esi == ESI
    assert received.transcript.entries[0].award.micro_credential.ects == 3


def test_what_is_unknown_and_what_is_anothers_are_left_out_alike(node):
    assert tors(node, ["m-2"]) == tors(node, ["no-such"]) == ()
    assert tors(node, ["m-1"], signer=HELSINKI) == ()
    assert tors(node, ["m-1"], receiving="galway.example") == ()
    assert [one.omobility_id for one in tors(node, ["m-2", "m-1"])] == ["m-1"]


def test_the_index_lists_what_the_caller_may_get_and_nothing_else(node):
    assert index(node) == ("m-1", "m-3")
    assert index(node, HELSINKI) == ("m-2",)
    assert index(node, modified_since="2026-02-20T00:00:00+01:00") == ("m-1",)
    assert index(node, sending_hei_id=["uma.example", "unknown.example"]) == ("m-1", "m-3")
    assert index(node, sending_hei_id=["unknown.example"]) == ()
    assert index(node, sending_hei_id=["helsinki.example"]) == ()


def test_echo_tells_whom_the_key_speaks_for(node):
    assert read_echo(ask("echo", get("/ewp/echo?echo=a&echo=b%20c"), node)) == (
        frozenset({"uma.example"}),
        ("a", "b c"),
    )
    assert read_echo(ask("echo", post("/ewp/echo", {}), node)) == (frozenset({"uma.example"}), ())


def test_institutions_are_told_and_unknown_ones_left_out(node):
    request = get("/ewp/institutions?hei_id=cork.example&hei_id=unknown.example")
    assert read_institutions(ask("institutions", request, node)) == (CORK,)


def test_parameters_that_are_missing_or_too_many_are_refused(node):
    assert status_of("imobility-tors-get", post("/ewp/tors/get", {"omobility_id": ["m-1"]}), node)[0] == 400
    assert status_of("imobility-tors-get", post("/ewp/tors/get", {"receiving_hei_id": "cork.example"}), node)[0] == 400
    many = {"receiving_hei_id": "cork.example", "omobility_id": ["1", "2", "3"]}
    assert status_of("imobility-tors-get", post("/ewp/tors/get", many), node)[0] == 400
    twice = {"receiving_hei_id": ["cork.example", "x"], "omobility_id": ["1"]}
    assert status_of("imobility-tors-get", post("/ewp/tors/get", twice), node)[0] == 400
    assert status_of("echo", post("/ewp/echo", {"echo": "\x00"}), node)[0] == 400


def test_a_transcript_that_names_no_student_is_not_sent(node, make_award):
    nameless = elmo.to_bytes(elmo.to_document(make_award(), generated=NOW))
    unfit = replace(node, find_mobility=lambda name: Mobility(name, "uma.example", "cork.example", NOW, nameless))
    request = post("/ewp/tors/get", {"receiving_hei_id": "cork.example", "omobility_id": ["m-1"]})
    assert status_of("imobility-tors-get", request, unfit)[0] == 500


def test_an_answer_with_a_transcript_that_nobody_asked_for_is_refused(node):
    request = post("/ewp/tors/get", {"receiving_hei_id": "cork.example", "omobility_id": ["m-1"]})
    response = ask("imobility-tors-get", request, node)
    with pytest.raises(MalformedInput) as caught:
        read_transcripts(response, asked=frozenset({"m-9"}))
    assert caught.value.code == "ewp-transcript-unasked"
