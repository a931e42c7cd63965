"""A transcript that came without paper is offered to the student whom it names, marked for what it is, and never to another."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from credenza.service.exchange.ewp import fetching, offering
from credenza.service.exchange.models import ReceivedTranscript
from credenza.service.wallet.models import HeldCredential

CORK = "university.example"
ESI = "urn:schac:personalUniqueCode:int:esi:home.example:42"


@pytest.fixture
def student(make_user):
    """The student, at whose sign-in the home institution vouched for the identifier."""
    names = {"given_name": "Ana", "family_name": "Pérez", "birth_date": date(2001, 5, 31)}
    return make_user("ana@home.example", esi=ESI.upper(), esi_confirmed=True, **names)


@pytest.fixture
def arrived(network, mobility):
    """The transcript of the mobility has come to the home institution."""
    assert fetching.fetch(network["home"], CORK, actor="test") == 1
    return ReceivedTranscript.objects.get()


def bare(arrived):
    """The same transcript without what was sealed in it, as most institutions send it."""
    from lxml import etree

    root = etree.fromstring(bytes(arrived.document))
    for attachment in list(root.iter("{*}attachment")):
        attachment.getparent().remove(attachment)
    ReceivedTranscript.objects.filter(pk=arrived.pk).update(document=etree.tostring(root))


def wallet(user):
    client = Client()
    client.force_login(user)
    return client, client.get("/wallet").text


def test_it_is_an_offer_until_the_learner_takes_it(arrived, student):
    client, page = wallet(student)
    held = HeldCredential.objects.get(owner=student)
    assert (held.state, held.verdict) == ("offered", "verified")
    assert "New to accept" in page
    assert "From university.example, by Erasmus Without Paper" in page
    assert "Not sealed" not in page
    client.post(f"/wallet/{held.pk}/respond", {"answer": "accept"})
    held.refresh_from_db()
    assert held.state == "accepted"
    assert "From university.example" in client.get("/wallet").text


def test_what_carries_no_sealed_credential_says_so(arrived, student):
    bare(arrived)
    client, page = wallet(student)
    held = HeldCredential.objects.get(owner=student)
    assert (held.format, held.state, held.verdict) == ("elmo", "offered", "unsealed")
    assert "Not sealed" in page
    client.post(f"/wallet/{held.pk}/respond", {"answer": "accept"})
    assert "anybody could have written it" in client.get(f"/wallet/{held.pk}").text
    assert "Not sealed" in client.get("/wallet").text


def test_a_confirmed_address_that_the_transcript_names_finds_its_learner(arrived, make_user):
    ana = make_user("ana@example.org", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))
    offering.offer_to(ana)
    assert HeldCredential.objects.filter(owner=ana, source__contains="Erasmus").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"esi_confirmed": False},
        {"esi": ESI + "0"},
        {"given_name": "Eve", "family_name": "Mallory", "birth_date": date(1990, 1, 1), "esi": ""},
    ],
)
def test_nobody_else_is_offered_it(arrived, student, change):
    type(student).objects.filter(pk=student.pk).update(**change)
    student.refresh_from_db()
    offering.offer_to(student)
    assert not HeldCredential.objects.filter(owner=student).exists()


def test_an_address_that_names_another_person_is_offered_nothing(arrived, make_user):
    eve = make_user("ana@example.org", given_name="Eve", family_name="Mallory", birth_date=date(1990, 1, 1))
    offering.offer_to(eve)
    assert not HeldCredential.objects.filter(owner=eve, source__contains="Erasmus").exists()
    assert ReceivedTranscript.objects.get().offered_to is None


def test_what_was_declined_is_not_offered_again_when_the_same_comes_again(arrived, student, network):
    client, _page = wallet(student)
    held = HeldCredential.objects.get(owner=student)
    client.post(f"/wallet/{held.pk}/respond", {"answer": "decline"})
    fetching.fetch(network["home"], CORK, actor="test")
    assert "New to accept" not in client.get("/wallet").text
    held.refresh_from_db()
    assert held.state == "declined"


def test_results_that_are_new_in_a_transcript_are_offered(arrived, student, network, mobility, make_version, make_row):
    from credenza.service.issuance.issuing import issue_rows

    offering.offer_to(student)
    more, _ = issue_rows(make_version(network["uni"]), [make_row()], batch=None)
    mobility.awards.add(more[0][1])
    fetching.fetch(network["home"], CORK, actor="test")
    offering.offer_to(student)
    assert HeldCredential.objects.filter(owner=student, state="offered").count() == 2
