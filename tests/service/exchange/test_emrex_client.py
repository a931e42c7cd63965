"""A learner fetches results: from a registered provider, for one request, once, and only what is theirs."""

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone
from emrex_fixtures import answer_signed_by, bring_back, opened

from credenza.document import elmo
from credenza.proof import xml_signature
from credenza.service.accounts.models import Membership
from credenza.service.exchange.models import EmrexFetch
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
MALLORY = {"given_name": "Eve", "family_name": "Mallory", "birth_date": date(1990, 1, 1)}


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
    own = Membership.objects.create(user=other, organisation=fetch.organisation, role="evaluator")
    told = client.post(f"/console/uni/transfer/{fetch.pk}", {"answer": "same"}, follow=True).content.decode()
    assert "Nobody decides whether results are their own." in told
    own.delete()
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


def test_results_that_cannot_be_kept_stay_to_be_decided(client, begin, provided, ana, make_user, signed_in):
    """Else the decision would stand, and the results be gone."""
    other = make_user("ana.perez@example.org", given_name="Ana", family_name="Perez")
    client.force_login(other)
    ticket = bring_back(client, provided(begin("uni"), by=ana))
    client.force_login(other)
    opened(client, ticket)
    EmrexFetch.objects.update(document=b"<elmo")
    fetch = EmrexFetch.objects.get()
    signed_in("evaluator", fetch.organisation).post(f"/console/uni/transfer/{fetch.pk}", {"answer": "same"})
    fetch.refresh_from_db()
    assert (fetch.state, bytes(fetch.document)) == ("doubt", b"<elmo")
    assert not fetch.organisation.audit_events.filter(action="emrex.decided").exists()


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


def said_at_sign_in(user, **claims):
    """What is kept when a person signs in by an institution."""
    told = {"schac_home_organization": "uni.example", **claims}
    SocialAccount.objects.create(user=user, provider="myacademicid", uid="1", extra_data={"userinfo": told})


def test_what_an_institution_says_at_sign_in_counts_more_than_the_profile(client, begin, provided, ana, federation):
    """Whoever signed in as somebody else cannot fetch a learner's results by writing that learner's name."""
    said_at_sign_in(ana, given_name="Eve", family_name="Mallory", birthdate="1990-01-01")
    client.force_login(ana)
    assert "of another person" in opened(client, bring_back(client, provided(begin(), by=ana)))
    fetch = EmrexFetch.objects.get()
    assert fetch.state == "different"
    assert fetch.reasons[-1] == "The person is compared with what was said at sign-in: uni.example, by myacademicid."


def test_a_name_asserted_at_sign_in_settles_what_the_profile_leaves_open(client, begin, provided, ana, federation):
    said_at_sign_in(ana, name="Ana Pérez", birthdate="2001-05-31")
    type(ana).objects.filter(pk=ana.pk).update(given_name="", family_name="", birth_date=None)
    client.force_login(ana)
    assert "Your results have arrived" in opened(client, bring_back(client, provided(begin(), by=ana)))
