"""Results go from one institution to another: only to whom they may, once, sealed, and about the right person."""

import base64
import gzip
import hashlib
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from credenza.document import elmo
from credenza.encoding.canonical_xml import canonical
from credenza.exchange.emrex.client import ClientPolicy, begin
from credenza.exchange.emrex.messages import ReturnCode
from credenza.exchange.emrex.provider import (
    ReturnPolicy,
    answer_results,
    answer_without,
    receive_request,
    sign_in,
)
from credenza.proof.xml_signature import DS, sign_enveloped

from .conftest import NOW
from .emrex_parts import POLICY, RANDOM, RETURN_URL, begun, code_of, ok_fields, packed, refused, take


def test_a_student_takes_results_from_one_institution_to_another(make_award, registry, emp_signer):
    award = make_award()
    sealed = elmo.Attachment(b'{"payload": "sealed"}', "application/ld+json")
    session, post = begun(registry)
    assert post.url == "https://emp.example/emrex"
    assert len(post.fields["sessionId"]) == 32
    asked = receive_request(post.fields, policy=POLICY, now=NOW)
    assert asked.client_host == "sis.home.example"
    signed_in = sign_in(asked, "student-1", now=NOW)
    done, answer = answer_results(signed_in, [award], signer=emp_signer, now=NOW, sealed={award.id: [sealed]})
    assert done.answered is ReturnCode.OK
    assert answer.url == RETURN_URL
    used, received = take(session, answer.fields, award, registry)
    assert used.used == NOW
    assert [one.outcome for one in received.findings] == ["passed", "passed"]
    assert [one.award for one in received.transcript.entries] == [award]
    assert received.transcript.entries[0].sealed == (sealed,)
    assert received.identity.verdict == "same"
    assert received.may_be_taken_over


@pytest.mark.parametrize("code", [ReturnCode.CANCEL, ReturnCode.ERROR, ReturnCode.NO_RESULTS])
def test_every_other_outcome_reaches_the_client(award, registry, code):
    session, post = begun(registry)
    asked = sign_in(receive_request(post.fields, policy=POLICY, now=NOW), "student-1", now=NOW)
    done, answer = answer_without(asked, code, "why", now=NOW)
    _, received = take(session, answer.fields, award, registry)
    assert (received.code, received.message) == (code, "why")
    assert received.transcript is None
    assert not received.may_be_taken_over
    assert code_of(lambda: answer_without(done, code, "", now=NOW)) == "emrex-session-used"


def test_choosing_nothing_is_no_results(registry, emp_signer):
    asked = sign_in(receive_request(begun(registry)[1].fields, policy=POLICY, now=NOW), "student-1", now=NOW)
    done, answer = answer_results(asked, [], signer=emp_signer, now=NOW)
    assert answer.fields["returnCode"] == "NCP_NO_RESULTS"
    assert "elmo" not in answer.fields
    assert done.answered is ReturnCode.NO_RESULTS


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://sis.home.example/return",
        "https://home.example.forger.example/return",
        "https://forger.example/?https://sis.home.example",
        "https://sis.home.example@forger.example/",
        "https://forger.example#.home.example",
        "https://forger.example\\.home.example/",
        "https://home.example/",
        "https://xhome.example/",
        "javascript:alert(1)",
        "https://sis.home.example/\nx",
        "https:///return",
        "https://sis.home.example:99999/",
    ],
)
def test_results_go_only_where_the_policy_lets_them(url):
    assert (
        code_of(lambda: receive_request({"sessionId": "s" * 32, "returnUrl": url}, policy=POLICY, now=NOW))
        == "emrex-return-url"
    )


def test_an_empty_policy_lets_results_go_nowhere():
    fields = {"sessionId": "s" * 32, "returnUrl": RETURN_URL}
    assert code_of(lambda: receive_request(fields, policy=ReturnPolicy(frozenset()), now=NOW)) == "emrex-return-url"


@pytest.mark.parametrize(
    "session_id", ["", "short", "with space 12345", "x" * 129, "line\nbreak-123456", "ünicode-123456"]
)
def test_a_session_id_that_cannot_be_given_back_is_refused(session_id):
    fields = {"sessionId": session_id, "returnUrl": RETURN_URL}
    assert code_of(lambda: receive_request(fields, policy=POLICY, now=NOW)) == "emrex-session-id"


def test_a_request_at_the_provider_expires_and_stays_with_its_student(award, registry, emp_signer):
    asked = receive_request(begun(registry)[1].fields, policy=POLICY, now=NOW)
    late = NOW + timedelta(hours=1)
    assert code_of(lambda: sign_in(asked, "student-1", now=late)) == "emrex-session-expired"
    assert code_of(lambda: answer_results(asked, [award], signer=emp_signer, now=NOW)) == "emrex-not-signed-in"
    signed_in = sign_in(asked, "student-1", now=NOW)
    assert code_of(lambda: sign_in(signed_in, "student-2", now=NOW)) == "emrex-session-of-another"
    assert code_of(lambda: answer_results(signed_in, [award], signer=emp_signer, now=late)) == "emrex-session-expired"
    assert code_of(lambda: answer_without(signed_in, ReturnCode.OK, "", now=NOW)) == "emrex-code-needs-results"


def test_an_answer_is_read_once_in_time_and_only_to_its_own_request(award, registry, emp_signer):
    session, _ = begun(registry)
    fields = ok_fields(session, packed(award, emp_signer))
    used, _ = take(session, fields, award, registry)
    assert code_of(lambda: take(used, fields, award, registry)) == "emrex-session-used"
    other = {**fields, "sessionId": "0" * 32}
    assert code_of(lambda: take(session, other, award, registry)) == "emrex-session-other"
    late = NOW + timedelta(hours=1)
    assert code_of(lambda: take(session, fields, award, registry, now=late)) == "emrex-session-expired"
    assert code_of(lambda: take(session, {**fields, "returnCode": "NCP_MAYBE"}, award, registry)) == "emrex-return-code"


def test_the_newer_spelling_of_return_codes_is_understood(award, registry, emp_signer):
    session, _ = begun(registry)
    fields = {**ok_fields(session, packed(award, emp_signer)), "returnCode": "EMP_OK"}
    assert take(session, fields, award, registry)[1].code is ReturnCode.OK


def test_results_that_the_registered_key_did_not_sign_are_not_shown(award, registry, stranger, emp_signer):
    session, _ = begun(registry)
    assert refused(session, packed(award, stranger), award, registry) == "xml-signature-bad"
    unsigned = elmo.pack(elmo.to_bytes(elmo.to_document(award, generated=NOW)))
    assert refused(session, unsigned, award, registry) == "xml-unsigned"
    changed = elmo.pack(elmo.unpack(packed(award, emp_signer)).replace(b">A</resultLabel>", b">B</resultLabel>"))
    assert refused(session, changed, award, registry) == "xml-signature-bad"
    assert refused(session, "", award, registry) == "elmo-packing-malformed"
    bomb = base64.b64encode(gzip.compress(bytes(20_000_000))).decode()
    assert refused(session, bomb, award, registry) == "elmo-too-large"


def test_sha_1_is_read_only_from_a_provider_that_the_operator_names(award, registry, emp_signer):
    unsigned = elmo.to_document(award, generated=NOW)
    root = etree.fromstring(sign_enveloped(unsigned, emp_signer))
    root.find(f".//{{{DS}}}SignatureMethod").set("Algorithm", f"{DS}rsa-sha1")
    root.find(f".//{{{DS}}}DigestMethod").set("Algorithm", f"{DS}sha1")
    digest = hashlib.sha1(canonical(unsigned)).digest()
    root.find(f".//{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()
    message = canonical(root.find(f".//{{{DS}}}SignedInfo"))
    value = emp_signer.private_key.sign(message, padding.PKCS1v15(), hashes.SHA1())
    root.find(f".//{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
    field = elmo.pack(etree.tostring(root))
    session, _ = begun(registry)
    assert refused(session, field, award, registry) == "xml-signature-sha1"
    other = ClientPolicy(sha1_allowed_for=frozenset({"NO/FSAT"}))
    assert refused(session, field, award, registry, policy=other) == "xml-signature-sha1"
    named = ClientPolicy(sha1_allowed_for=frozenset({"FI/EXAMPLE"}))
    _, received = take(session, ok_fields(session, field), award, registry, policy=named)
    assert received.transcript is not None
    assert [one.code for one in received.findings if one.outcome == "warning"] == ["emrex-sha1"]


def test_results_of_another_person_are_a_persons_to_decide_or_refused(make_award, registry, emp_signer):
    award = make_award()
    session, _ = begun(registry)
    fields = ok_fields(session, packed(award, emp_signer))
    stranger = make_award(learner={"full_name": None, "given_name": "Ben", "family_name": "Okafor"}).learner
    _, received = take(session, fields, award, registry, learner=stranger)
    assert received.identity.verdict == "different"
    unknown = award.learner.model_copy(update={"birth_date": None})
    _, received = take(session, fields, award, registry, learner=unknown)
    assert received.identity.verdict == "doubt"
    assert not received.may_be_taken_over


def test_a_file_whose_head_names_the_right_person_for_anothers_award_is_no_match(make_award, registry, emp_signer):
    mine = make_award(learner={"birth_date": None})
    theirs = make_award(
        id="urn:uuid:00000000-0000-4000-8000-000000000002",
        learner={"full_name": None, "given_name": "Ben", "family_name": "Okafor", "birth_date": date(2001, 5, 31)},
    )
    document = elmo.to_transcript([mine, theirs], generated=NOW)
    session, _ = begun(registry)
    fields = ok_fields(session, elmo.pack(sign_enveloped(document, emp_signer)))
    _, received = take(session, fields, mine, registry, learner=make_award().learner)
    assert received.identity.verdict == "different"


def test_the_client_asks_only_back_to_a_protected_address(registry):
    emp = registry.provider("FI/EXAMPLE")
    assert code_of(lambda: begin(emp, return_url="http://x.example", randomness=RANDOM, now=NOW)) == "emrex-return-url"
    assert code_of(lambda: begin(emp, return_url=RETURN_URL, randomness=b"", now=NOW)) == "emrex-randomness"
