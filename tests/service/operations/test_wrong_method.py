"""An address that only takes what a button sends, opened by hand: a page that says so, and nothing changed."""

import pytest

from credenza.service.catalogue.models import Definition

pytestmark = pytest.mark.django_db


def test_whoever_opens_it_by_hand_is_told(signed_in, organisation):
    client = signed_in("designer", organisation)
    answer = client.get(f"/console/{organisation.slug}/definitions/new", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "only takes what a button sends" in answer.content.decode()
    assert not Definition.objects.exists()


def test_a_program_is_answered_shortly(signed_in, organisation):
    client = signed_in("designer", organisation)
    answer = client.get(f"/console/{organisation.slug}/definitions/new", headers={"accept": "application/json"})
    assert (answer.status_code, answer.content) == (405, b"")
