"""A learner fetches results: from a registered provider, for one request, once, and only what is theirs."""

import base64
import gzip
import io
import json
import os
import re
import time
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone
from transfer_fixtures import fields_of, pem_of

from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.encoding import strict_xml
from credenza.proof import xml_signature
from credenza.service.accounts.models import Membership
from credenza.service.exchange.models import EmrexFetch
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
MALLORY = {"given_name": "Eve", "family_name": "Mallory", "birth_date": date(1990, 1, 1)}


@pytest.fixture
def begin(client, registry, entry):
    """The learner who is signed in asks the organisation; the fields of the form that goes there."""
    registry(entry)

    def post(purpose=""):
        response = client.post("/wallet/fetch", {"provider": "IE/UNI", "for": purpose})
        assert response.status_code == 200, response.content
        assert f'action="{entry["url"]}"' in response.content.decode()
        return fields_of(response)

    return post


@pytest.fixture
def provided(client, held):
    """What the provider answers to a request of Ana's: the fields of its form."""

    def answer(asked, by):
        client.force_login(by)
        address = client.post("/emrex/uni", asked).headers["Location"]
        return fields_of(client.post(address, {"step": "send", "result": str(held.pk)}))

    return answer


def bring_back(client, fields, code=302):
    response = client.post("/wallet/fetch/return", fields)
    assert response.status_code == code, response.content
    return response.headers.get("Location", response.content.decode())


def opened(client, ticket):
    response = client.get(ticket, follow=True)
    return response.content.decode()


def answer_signed_by(signer, award, asked, **changes):
    document = xml_signature.sign_enveloped(elmo.to_document(award, generated=timezone.now()), signer)
    return {"sessionId": asked["sessionId"], "returnCode": "NCP_OK", "elmo": elmo.pack(document)} | changes


@pytest.fixture
def foreign(registry, client, stranger):
    """A provider elsewhere, and a request to it; ``foreign()`` gives the fields of the request."""
    registry(
        {
            "acronym": "FAR",
            "countryCode": "FI",
            "institutions": ["Far"],
            "url": "https://far.example",
            "pubKey": pem_of(stranger),
        }
    )

    def ask(purpose=""):
        return fields_of(client.post("/wallet/fetch", {"provider": "FI/FAR", "for": purpose}))

    return ask


def test_results_come_into_the_wallet_as_sealed_credentials(client, begin, provided, ana, held):
    HeldCredential.objects.filter(owner=ana).delete()
    client.force_login(ana)
    fields = provided(begin(), by=ana)
    page = opened(client, bring_back(client, fields))
    assert "Your results have arrived" in page
    assert "Agreement 1.00 of 1" in page
    kept = HeldCredential.objects.get(owner=ana)
    assert kept.verdict in ("verified", "partially_verified")
    assert bytes(kept.data) in {bytes(one.data) for one in held.documents.all()}
    fetch = EmrexFetch.objects.get()
    assert fetch.state == "taken"
    assert fetch.answer is None
    assert fetch.document is None


def test_an_answer_is_taken_once(client, begin, provided, ana):
    client.force_login(ana)
    fields = provided(begin(), by=ana)
    bring_back(client, fields)
    assert "answered already" in bring_back(client, fields, code=409)


def test_a_session_id_that_nobody_made_is_refused(client, begin, provided, ana):
    client.force_login(ana)
    fields = provided(begin(), by=ana)
    assert "Nobody here asked" in bring_back(client, fields | {"sessionId": "f" * 32}, code=400)
    bring_back(client, fields | {"sessionId": ""}, code=400)
    bring_back(client, fields | {"returnCode": "NCP_MAYBE"}, code=400)
    assert EmrexFetch.objects.get().state == "waiting"


def test_an_answer_that_comes_too_late_is_refused(client, begin, provided, ana):
    client.force_login(ana)
    fields = provided(begin(), by=ana)
    EmrexFetch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    bring_back(client, fields, code=400)


def test_who_lures_another_browser_into_answering_gets_nothing(client, begin, provided, ana, make_user):
    """The answer opens with a ticket that only the browser gets which brought it, and only for who asked."""
    eve = make_user("eve@example.org", **MALLORY)
    client.force_login(eve)
    fields = provided(begin(), by=ana)
    ticket = bring_back(client, fields)
    assert client.get(ticket).status_code == 404  # Ana's browser: Ana did not ask
    client.force_login(eve)
    assert "No answer yet" in client.get(f"/wallet/fetch/{EmrexFetch.objects.get().pk}").content.decode()
    assert not HeldCredential.objects.filter(owner=eve).exists()


def test_results_of_another_person_are_not_kept(client, begin, provided, ana, make_user):
    eve = make_user("eve@example.org", **MALLORY)
    client.force_login(eve)
    fields = provided(begin(), by=ana)
    ticket = bring_back(client, fields)
    client.force_login(eve)
    page = opened(client, ticket)
    assert "These results are not yours" in page
    assert "Pérez" not in page
    fetch = EmrexFetch.objects.get()
    assert fetch.state == "different"
    assert fetch.answer is None
    assert fetch.document is None
    assert fetch.found == {}
    assert not HeldCredential.objects.filter(owner=eve).exists()


def test_in_doubt_an_evaluator_decides(client, begin, provided, ana, make_user):
    """The learner's profile has no birth date: nothing is taken over before a person has looked."""
    other = make_user("ana.perez@example.org", given_name="Ana", family_name="Perez")
    client.force_login(other)
    fields = provided(begin("uni"), by=ana)
    ticket = bring_back(client, fields)
    client.force_login(other)
    assert "A person will look at this" in opened(client, ticket)
    fetch = EmrexFetch.objects.get()
    assert fetch.state == "doubt"
    assert not HeldCredential.objects.filter(owner=other).exists()
    evaluator, second = make_user("evaluator@example.org"), make_user("second@example.org")
    for one in (evaluator, second):
        Membership.objects.create(user=one, organisation=fetch.organisation, role="evaluator")
    client.force_login(evaluator)
    page = client.get(f"/console/uni/transfer/{fetch.pk}").content.decode()
    assert "2001-05-31" in page
    assert "A birth date is missing." in page
    client.post(f"/console/uni/transfer/{fetch.pk}", {"answer": "same"})
    client.force_login(second)
    told = client.post(f"/console/uni/transfer/{fetch.pk}", {"answer": "different"}, follow=True).content.decode()
    assert "Somebody has decided this already." in told
    fetch.refresh_from_db()
    assert fetch.state == "taken"
    assert fetch.decided_by == evaluator
    assert fetch.document is None
    assert HeldCredential.objects.filter(owner=other).count() == 1


def test_an_evaluator_refuses_what_is_of_another_person(client, begin, provided, ana, make_user, signed_in):
    other = make_user("ana.perez@example.org", given_name="Ana", family_name="Perez")
    client.force_login(other)
    ticket = bring_back(client, provided(begin("uni"), by=ana))
    client.force_login(other)
    opened(client, ticket)
    fetch = EmrexFetch.objects.get()
    signed_in("evaluator", fetch.organisation).post(f"/console/uni/transfer/{fetch.pk}", {"answer": "different"})
    fetch.refresh_from_db()
    assert fetch.state == "different"
    assert fetch.document is None
    assert not HeldCredential.objects.filter(owner=other).exists()


def test_doubt_without_anybody_to_decide_keeps_nothing(client, begin, provided, ana, make_user):
    other = make_user("ana.perez@example.org", given_name="Ana", family_name="Perez")
    client.force_login(other)
    ticket = bring_back(client, provided(begin(), by=ana))
    client.force_login(other)
    assert "These results were not taken over" in opened(client, ticket)
    assert EmrexFetch.objects.get().state == "refused"


def test_doubts_are_seen_by_the_evaluators_of_their_own_organisation_only(
    client, begin, provided, ana, make_user, make_organisation, signed_in
):
    other = make_user("ana.perez@example.org", given_name="Ana", family_name="Perez")
    client.force_login(other)
    ticket = bring_back(client, provided(begin("uni"), by=ana))
    client.force_login(other)
    opened(client, ticket)
    fetch = EmrexFetch.objects.get()
    elsewhere = make_organisation("elsewhere")
    signed_in("evaluator", elsewhere)
    assert client.get(f"/console/uni/transfer/{fetch.pk}").status_code == 404
    assert client.post(f"/console/elsewhere/transfer/{fetch.pk}", {"answer": "same"}).status_code == 404
    signed_in("registrar", fetch.organisation)
    assert client.get(f"/console/uni/transfer/{fetch.pk}").status_code == 403
    fetch.refresh_from_db()
    assert fetch.state == "doubt"


def test_a_transcript_without_sealed_credentials_is_kept_as_the_signed_file(client, foreign, ana, stranger, make_award):
    client.force_login(ana)
    learner = {
        "full_name": None,
        "given_name": "Ana",
        "family_name": "Pérez",
        "birth_date": date(2001, 5, 31),
        "identifiers": (),
    }
    fields = answer_signed_by(stranger, make_award(learner=learner), foreign())
    assert "Your results have arrived" in opened(client, bring_back(client, fields))
    kept = HeldCredential.objects.get(owner=ana)
    assert kept.format == "elmo"
    assert kept.verdict == "partially_verified"
    assert "FI/FAR" in client.get(f"/wallet/{kept.pk}").content.decode()


def refused_with(client, fields):
    assert "These results were not taken over" in opened(client, bring_back(client, fields))
    fetch = EmrexFetch.objects.get()
    assert fetch.state == "refused"
    assert fetch.answer is None
    assert not fetch.credentials.exists()
    assert not HeldCredential.objects.filter(format="elmo").exists()
    return fetch.found["codes"]


def test_results_that_another_key_signed_are_refused(client, begin, ana, stranger, make_award):
    client.force_login(ana)
    assert refused_with(client, answer_signed_by(stranger, make_award(), begin())) == ["xml-signature-bad"]


def test_results_that_nobody_signed_are_refused(client, foreign, ana, make_award):
    client.force_login(ana)
    document = elmo.to_bytes(elmo.to_document(make_award(), generated=timezone.now()))
    fields = {"sessionId": foreign()["sessionId"], "returnCode": "NCP_OK", "elmo": elmo.pack(document)}
    assert refused_with(client, fields) == ["xml-unsigned"]


def test_results_that_are_signed_twice_are_refused(client, foreign, ana, stranger, make_award):
    client.force_login(ana)
    fields = answer_signed_by(stranger, make_award(), foreign())
    root = strict_xml.parse(elmo.unpack(fields["elmo"]))
    root.append(strict_xml.parse(elmo.unpack(fields["elmo"]))[-1])
    fields["elmo"] = elmo.pack(elmo.to_bytes(root))
    assert refused_with(client, fields) == ["xml-signature-ambiguous"]


def test_results_wrapped_around_signed_ones_are_refused(client, foreign, ana, stranger, make_award):
    """The genuine document lies inside a forged one, which carries its signature."""
    client.force_login(ana)
    fields = answer_signed_by(stranger, make_award(), foreign())
    genuine = strict_xml.parse(elmo.unpack(fields["elmo"]))
    forged = elmo.to_document(make_award(), generated=timezone.now())
    signature = genuine[-1]
    genuine.remove(signature)
    forged.append(genuine)
    forged.append(signature)
    fields["elmo"] = elmo.pack(elmo.to_bytes(forged))
    assert refused_with(client, fields) == ["xml-signature-bad"]


def test_a_kilobyte_that_unpacks_to_gigabytes_is_refused(client, foreign, ana):
    client.force_login(ana)
    layer = gzip.compress(b"<elmo>" + b" " * 200_000_000, 9)
    fields = {"sessionId": foreign()["sessionId"], "returnCode": "NCP_OK", "elmo": base64.b64encode(layer).decode()}
    assert refused_with(client, fields) == ["elmo-too-large"]


def test_entities_are_refused(client, foreign, ana):
    client.force_login(ana)
    hostile = (
        b'<!DOCTYPE elmo [<!ENTITY a SYSTEM "file:///etc/passwd">]><elmo xmlns="%s">&a;</elmo>' % tag("")[1:-1].encode()
    )
    fields = {"sessionId": foreign()["sessionId"], "returnCode": "NCP_OK", "elmo": elmo.pack(hostile)}
    assert refused_with(client, fields)[0].startswith("xml-")


def test_an_old_registry_begins_nothing(client, registry, entry, ana):
    file = registry(entry)
    month = time.time() - 30 * 86400
    os.utime(file, (month, month))
    client.force_login(ana)
    response = client.post("/wallet/fetch", {"provider": "IE/UNI"})
    assert response.status_code == 422
    assert "was last read on" in response.content.decode()
    assert not EmrexFetch.objects.exists()


def test_an_unreachable_registry_is_said_and_an_answer_waits_for_it(client, begin, provided, ana, operator):
    client.force_login(ana)
    ticket = bring_back(client, provided(begin(), by=ana))
    operator(emreg="/nowhere/emreg.json")
    response = client.get(ticket)
    assert response.status_code == 503
    assert "It cannot be checked just now" in response.content.decode()
    assert EmrexFetch.objects.get().state == "answered"
    response = client.get("/wallet/fetch")
    assert "cannot be read" in response.content.decode()


def test_a_provider_that_left_the_registry_is_not_believed(client, begin, provided, registry, ana):
    client.force_login(ana)
    ticket = bring_back(client, provided(begin(), by=ana))
    registry()
    opened(client, ticket)
    assert EmrexFetch.objects.get().found["codes"] == ["emrex-provider-unregistered"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NCP_CANCEL", "You chose to come back"),
        ("NCP_NO_RESULTS", "has no results of yours"),
        ("NCP_ERROR", "reports an error"),
    ],
)
def test_an_answer_without_results_is_told_in_words(client, foreign, ana, code, words):
    client.force_login(ana)
    fields = {"sessionId": foreign()["sessionId"], "returnCode": code, "returnMessage": "<b>no</b>"}
    page = opened(client, bring_back(client, fields))
    assert words in page
    assert "<b>no</b>" not in page


def test_a_sealed_credential_of_another_person_inside_is_left_out(client, foreign, ana, stranger, held, make_award):
    """The transcript says Ana, the credential attached to it says somebody else."""
    learner = {
        "full_name": None,
        "given_name": "Eve",
        "family_name": "Mallory",
        "birth_date": date(1990, 1, 1),
        "identifiers": (),
    }
    mallory = make_award(learner=learner)
    record = held.as_record
    client.force_login(ana.__class__.objects.create_user("eve@example.org", "x" * 20, **MALLORY))
    document = elmo.to_document(
        mallory,
        generated=timezone.now(),
        sealed=[elmo.Attachment(bytes(held.documents.get(format="open-badge").data), "application/json")],
    )
    assert record.learner.name != mallory.learner.name
    fields = {
        "sessionId": foreign()["sessionId"],
        "returnCode": "NCP_OK",
        "elmo": elmo.pack(xml_signature.sign_enveloped(document, stranger)),
    }
    page = opened(client, bring_back(client, fields))
    assert "is of another person, and is not kept" in page
    kept = EmrexFetch.objects.get().credentials.get()
    assert kept.format == "elmo"


def test_only_a_page_that_leaves_for_a_provider_lets_forms_go_there(client, registry, entry, ana):
    registry(entry)
    client.force_login(ana)
    assert "form-action 'self'" in client.get("/wallet/fetch").headers["Content-Security-Policy"]
    response = client.post("/wallet/fetch", {"provider": "IE/UNI"})
    assert re.search(r"form-action https://testserver https:(;|$)", response.headers["Content-Security-Policy"])


def test_what_was_fetched_is_seen_by_its_learner_only(client, begin, provided, ana, make_user):
    client.force_login(ana)
    opened(client, bring_back(client, provided(begin(), by=ana)))
    pk = EmrexFetch.objects.get().pk
    assert client.get(f"/wallet/fetch/{pk}").status_code == 200
    client.force_login(make_user("eve@example.org"))
    assert client.get(f"/wallet/fetch/{pk}").status_code == 404


def test_a_learner_can_take_a_copy_of_what_is_kept_of_fetching(client, begin, provided, ana):
    client.force_login(ana)
    opened(client, bring_back(client, provided(begin(), by=ana)))
    archive = zipfile.ZipFile(io.BytesIO(client.post("/wallet/export").content))
    (kept,) = json.loads(archive.read("fetched.json"))
    assert kept["state"] == "taken"
    assert kept["reasons"] == ["The birth dates are the same.", "The names are the same."]
