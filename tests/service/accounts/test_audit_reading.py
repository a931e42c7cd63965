"""The audit trail for people: what happened to which thing, by whom; told in words, and by nobody else's data."""

import ast
import typing
from pathlib import Path

import pytest
from django.utils.translation import override

from credenza import service
from credenza.recognition import case_events
from credenza.service.accounts import audit, audit_words
from credenza.service.accounts.audit_reading import told_events
from credenza.service.issuance import status

pytestmark = pytest.mark.django_db
SERVICE = Path(service.__file__).parent


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def test_events_name_their_thing_and_who_did_it(organisation, award, make_user):
    person = make_user("rita@example.org", given_name="Rita", family_name="Silva")
    status.revoke(award, "A mistake", actor=person)
    [event] = told_events(organisation, organisation.audit_events.filter(action="award.revoked"))
    assert (event.words, event.actor, event.about) == ("An award was revoked", str(person), award.version.title)
    assert event.address == f"/console/{organisation.slug}/awards/{award.pk}"


def test_a_thing_of_another_organisation_is_not_named(organisation, award, make_organisation):
    other = make_organisation("other")
    audit.record(other, "award.revoked", actor="system", subject=award.pk)
    audit.record(other, "definition.published", actor="system", subject="no key of anything")
    told = told_events(other, other.audit_events.filter(subject__in=[award.pk, "no key of anything"]))
    assert [(one.about, one.address) for one in told] == [("", ""), ("", "")]


def test_the_trail_is_narrowed_by_what_happened(signed_in, organisation, award):
    client = signed_in("registrar", organisation)
    status.revoke(award, "A mistake", actor="system")
    page = client.get(f"/console/{organisation.slug}/audit?action=award.revoked").text
    assert '<option value="award.revoked" selected>An award was revoked</option>' in page
    assert page.count('<th scope="row">') == 1
    assert "Nothing of this kind" in client.get(f"/console/{organisation.slug}/audit?action=key.retired").text


def test_the_home_says_which_award_it_was_but_not_whose(signed_in, organisation, award):
    status.revoke(award, "A mistake", actor="system")
    page = signed_in("designer", organisation).get(f"/console/{organisation.slug}").text
    assert "An award was revoked:" in page
    assert award.version.title in page
    assert "Pérez" not in page


def recorded() -> set[str]:
    """The actions that the code names in full where it records them."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SERVICE.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if ast.unparse(call.func) == "audit.record" and len(call.args) > 1]
    return {one.args[1].value for one in named if isinstance(one.args[1], ast.Constant)}


def test_every_action_has_words():
    steps = [one.model_fields["kind"].default for one in typing.get_args(typing.get_args(case_events.CaseEvent)[0])]
    versions = [f"{kind}.{verb}" for kind in ("definition", "pathway") for verb in ("begun", "submitted", "withdrawn")]
    actions = recorded() | {f"recognition.{step}" for step in steps} | set(versions)
    assert len(actions) > 50
    assert sorted(actions - {action for action, _words in audit_words.actions()}) == []
