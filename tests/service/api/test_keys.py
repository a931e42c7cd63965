"""API keys: in force for as long as they may be, and never good for more than their maker may do now."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from credenza.service.accounts.models import Membership
from credenza.service.accounts.people import give_role, take_role
from credenza.service.api import keys
from credenza.service.issuance import batches

pytestmark = pytest.mark.django_db


def sign(program):
    """Ask the VC API to seal."""
    return program.client.post(
        "/credentials/issue", {}, content_type="application/json", headers={"Authorization": f"Bearer {program.secret}"}
    )


def test_a_revoked_or_expired_or_altered_key_is_none(organisation, make_program):
    program = make_program(organisation)
    assert program.get("/organisation").status_code == 200
    keys.revoke(program.key, actor="test")
    assert program.get("/organisation").status_code == 401
    expired = make_program(organisation, expires_at=timezone.now() - timedelta(seconds=1))
    assert expired.get("/organisation").status_code == 401
    altered = make_program(organisation)
    altered.secret = altered.secret[:-1] + ("A" if altered.secret[-1] != "A" else "B")
    assert altered.get("/organisation").status_code == 401


def test_a_key_can_never_do_more_than_its_maker_may(organisation, make_program, version):
    program = make_program(organisation)
    Membership.objects.filter(user__email="maker@example.org").update(role="reader")
    assert program.get("/organisation").status_code == 200
    answer = program.get("/people")
    assert (answer.status_code, answer.json()["code"]) == (403, "key-maker-may-not")
    assert program.post("/awards", {}).status_code == 403


@pytest.mark.parametrize("role", ["designer", "evaluator", "reader", "issuer", "registrar"])
def test_a_key_of_an_owner_who_was_demoted_reads_what_the_console_still_shows_them(
    organisation, make_program, version, award, role, client
):
    program = make_program(organisation, "read", "awards:read")
    rows = [{"given_name": "Ana", "family_name": "", "birth_date": "2001-05-31"}]
    batch = batches.from_records(version, rows, actor=program.key.created_by)
    Membership.objects.filter(user=program.key.created_by).update(role=role)
    client.force_login(program.key.created_by)
    for api, console in (
        ("/awards", "awards"),
        (f"/awards/{award.pk}", f"awards/{award.pk}"),
        (f"/awards/{award.pk}/documents/elm", f"awards/{award.pk}/files/elm"),
        ("/batches", "issue"),
        (f"/batches/{batch.pk}", f"issue/{batch.pk}/rows"),
        (f"/batches/{batch.pk}/rows", f"issue/{batch.pk}/rows"),
        (f"/batches/{batch.pk}/to-mend.xlsx", f"issue/{batch.pk}/rows"),
        ("/keys", "keys"),
        ("/definitions", "definitions"),
        ("/statistics", "statistics"),
    ):
        shown = client.get(f"/console/{organisation.slug}/{console}").status_code
        assert (program.get(api).status_code == 403) == (shown == 403), (api, console, shown)


@pytest.mark.parametrize("what", ["left", "inactive", "deleted"])
def test_a_key_whose_maker_is_gone_does_nothing(organisation, make_program, what):
    program = make_program(organisation)
    maker = program.key.created_by
    if what == "left":
        maker.memberships.all().delete()
    elif what == "inactive":
        maker.is_active = False
        maker.save()
    else:
        maker.delete()
    assert program.get("/organisation").status_code == 401
    assert sign(program).status_code == 401


def test_a_key_does_not_come_back_with_a_person_who_had_left(organisation, make_program):
    program = make_program(organisation)
    give_role(organisation, make_program(organisation, email="second@example.org").key.created_by, "owner", actor="t")
    take_role(program.key.created_by.memberships.get(), actor=program.key.created_by)
    give_role(organisation, program.key.created_by, "owner", actor="t")
    assert program.get("/organisation").status_code == 401


def test_of_a_secret_only_the_digest_is_kept(organisation, make_program):
    program = make_program(organisation)
    program.key.refresh_from_db()
    assert program.secret not in str(vars(program.key))


def test_keys_from_before_approving_had_a_scope_of_its_own_can_do_what_they_could(organisation, make_program):
    given = importlib.import_module("credenza.service.api.migrations.0002_approving_has_its_own_scope").give
    issuing, reading = make_program(organisation, "issue", "read"), make_program(organisation, "read")
    given(apps, None)
    scopes = {key.pk: key.scopes for key in organisation.api_keys.all()}
    assert scopes[issuing.key.pk] == ["issue", "issue:approve", "read"]
    assert scopes[reading.key.pk] == ["read"]
