"""Where a second person must approve, nobody gets past them alone."""

import re

import pytest

from credenza.errors import Conflict, Refused
from credenza.service.accounts.models import Membership
from credenza.service.catalogue import publishing
from credenza.service.issuance import approval, batches
from credenza.service.issuance.models import Batch, BatchState

pytestmark = pytest.mark.django_db
LEARNER = {"given_name": "Bo", "family_name": "Li", "birth_date": "1999-01-01"}
HEADER = {0: "given_name", 1: "family_name", 2: "birth_date"}


@pytest.fixture
def uploader(make_user):
    return make_user("uploader@example.org")


@pytest.fixture
def second(make_user):
    return make_user("second@example.org")


@pytest.fixture
def batch(version, uploader):
    return batches.from_records(version, [LEARNER], actor=uploader)


def test_a_class_list_that_nobody_approved_is_not_gone_on_with(batch, uploader):
    with pytest.raises(Conflict) as refused:
        approval.go_on(batch, actor=uploader)
    assert refused.value.code == "batch-started"
    assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED


def test_going_on_by_hand_is_refused_in_the_console_too(version, signed_in):
    client = signed_in("issuer", version.definition.organisation)
    batch = batches.from_records(version, [LEARNER], actor=client.user)
    client.post(f"/console/uni/issue/{batch.id}/go-on")
    assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED


def test_whoever_says_what_the_columns_hold_is_no_second_person(batch, uploader, second):
    batches.map_columns(
        batch, {0: "family_name", 1: "given_name", 2: "birth_date"}, edition=batch.edition, actor=second
    )
    with pytest.raises(Refused) as refused:
        approval.approve(batch, edition=batch.edition, actor=second, mail=False, language="en")
    assert refused.value.code == "four-eyes"
    batches.map_columns(batch, HEADER, edition=batch.edition, actor=uploader)
    approval.approve(batch, edition=batch.edition, actor=second, mail=False, language="en")
    assert batch.state == BatchState.RUNNING


def test_what_was_withdrawn_meanwhile_is_not_issued(batch, uploader, second):
    publishing.withdraw(batch.version.definition, actor=uploader)
    with pytest.raises(Refused) as refused:
        approval.approve(batch, edition=batch.edition, actor=second, mail=False, language="en")
    assert refused.value.code == "definition-not-published"


def test_a_superseded_version_is_not_issued(batch, second):
    type(batch.version).objects.filter(pk=batch.version_id).update(state="superseded")
    with pytest.raises(Refused) as refused:
        approval.approve(batch, edition=batch.edition, actor=second, mail=False, language="en")
    assert refused.value.code == "definition-not-published"


def test_what_was_mapped_anew_after_the_look_is_not_approved(batch, uploader, second, organisation, client):
    """Between look and click, the uploader turns given name and family name round."""
    Membership.objects.create(user=second, organisation=organisation, role="registrar")
    Membership.objects.create(user=uploader, organisation=organisation, role="issuer")
    client.force_login(second)
    page = f"/console/uni/issue/{batch.id}"
    seen = re.search(r'name="edition" value="(\d+)"', client.get(f"{page}/rows").text)[1]
    batches.map_columns(
        batch, {0: "family_name", 1: "given_name", 2: "birth_date"}, edition=batch.edition, actor=uploader
    )
    told = client.post(f"{page}/approve", {"edition": seen, "mail": "on", "language": "en"}, follow=True).text
    assert "This was changed by uploader@example.org since you opened it" in told
    assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED
    for nothing in ({}, {"edition": "x"}):
        client.post(f"{page}/approve", {"mail": "on"} | nothing)
        assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED
    anew = re.search(r'name="edition" value="(\d+)"', told)[1]
    client.post(f"{page}/approve", {"edition": anew, "mail": "on", "language": "en"})
    assert Batch.objects.get(pk=batch.pk).state == BatchState.RUNNING
