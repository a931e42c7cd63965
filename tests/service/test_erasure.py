"""After an account was deleted, no table and no file of the service says who its owner was."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.utils import timezone

from credenza.document import elmo
from credenza.record import Identifier, IdentifierKind
from credenza.service.accounts import people
from credenza.service.accounts.models import Membership
from credenza.service.api import keys
from credenza.service.catalogue.versions import folded
from credenza.service.described import fields_of
from credenza.service.exchange.models import EmrexFetch, ReceivedTranscript
from credenza.service.issuance import batches, status
from credenza.service.issuance.issuing import issue_rows
from credenza.service.issuance.models import Award, BatchRow
from credenza.service.recognition import applying, rulebook
from credenza.service.recognition.models import Desk
from credenza.service.wallet import holding, privacy, sharing

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN, FAMILY, EMAIL, BORN = "Zyxwana", "Quörbel", "zyxwana@mail.example", date(1987, 11, 23)
ESI = "urn:schac:personalUniqueCode:int:esi:uni.example:qx7749"
PERSON = {"given_name": GIVEN, "family_name": FAMILY, "birth_date": BORN}
RECORD = {"given_name": GIVEN, "family_name": FAMILY, "birth_date": BORN.isoformat(), "email": EMAIL}
MARKS = (GIVEN, FAMILY, folded(FAMILY), BORN.isoformat(), "23.11.1987", "qx7749")


def forms_of(mark):
    """How a text may lie in a file or a column: as it is, in JSON, and in base64 from any place of a word."""
    plain = {mark.casefold().encode(), json.dumps(mark)[1:-1].casefold().encode()}
    shifted = (base64.b64encode(b" " * at + mark.encode())[at + bool(at) :].rstrip(b"=")[:-1] for at in range(3))
    return plain, {one for one in shifted if len(one) > 5}


FORMS = [forms_of(one) for one in MARKS]


def tells(content: bytes) -> bool:
    low = content.decode("utf-8", "replace").casefold().encode()
    return any(any(one in low for one in plain) or any(one in content for one in coded) for plain, coded in FORMS)


def cells():
    """Every value of every column of every table, with where it is."""
    with connection.cursor() as cursor:
        tables = [f'"{one}"' for one in connection.introspection.table_names(cursor)]
        if connection.vendor == "postgresql":
            cursor.execute("SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = 'dbos'")
            tables += [f'"{schema}"."{name}"' for schema, name in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            names = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                yield from ((f"{table}.{name}", value) for name, value in zip(names, row, strict=True))


def found_in_tables():
    sessions = (f"session {one.pk}" for one in SessionStore.get_model_class().objects.all() if tells(decoded(one)))
    told = {
        where
        for where, value in cells()
        if tells(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
    }
    return told | set(sessions)


def decoded(session):
    return json.dumps(session.get_decoded()).encode()


def found_in_files():
    files = (one for one in settings.CREDENZA.data_dir.rglob("*") if one.is_file())
    return {one.name for one in files if tells(one.read_bytes())}


@pytest.fixture
def learner(make_user):
    return make_user(EMAIL, **PERSON, esi=ESI, esi_confirmed=True)


@pytest.fixture
def program(make_user, organisation):
    maker = make_user("maker@example.org")
    Membership.objects.create(user=maker, organisation=organisation, role="owner")
    organisation.four_eyes = False
    organisation.save()
    _key, secret = keys.make_key(organisation, "test", ["read", "issue", "award"], actor=maker)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def issue(program, version):
    def post(key="once"):
        body = {"definition": str(version.definition_id), "learner": RECORD}
        return program.post("/api/v1/awards", body, "application/json", headers={"Idempotency-Key": key})

    return post


@pytest.fixture
def everything(learner, organisation, version, make_organisation, make_version, make_row, issue, program):
    """The learner in every place of the service that may name a learner."""
    assert issue().status_code == 201
    bad = RECORD | {"birth_date": "1987-02-31", "email": "", "esi": "nonsense of " + GIVEN}
    other = {"given_name": "Ben", "family_name": "Roth", "birth_date": "2001-05-31", "email": "ben@example.org"}
    batches.from_records(version, [RECORD, bad, other], actor=None)
    csv = f"Nombre,Nacida,Correo\n{GIVEN} {FAMILY},23.11.1987,{EMAIL.upper()}\n".encode()
    batches.upload(version, csv, "list.csv", actor=learner)
    more = make_version(make_organisation("second"))
    issue_rows(more, [make_row(full_name=f"{GIVEN} {FAMILY}", **PERSON, email=EMAIL)], batch=None)  # never taken
    held = next(one for one in holding.offers_to(learner) if one.award.organisation == organisation)
    holding.accept(held)
    held.refresh_from_db()
    status.suspend(held.award, actor="test")
    status.reinstate(held.award, actor="test")
    sharing.make(
        learner,
        {held: [fields_of(held.award.as_record, "en")[0][0]]},
        audience=f"{GIVEN}'s friend",
        expires_at=None,
        maximum_views=None,
    )
    Desk.objects.create(organisation=organisation, is_open=True)
    asked = rulebook.write_requirement(
        organisation, {"title": "Data", "purpose": "course", "country": "FI", "learning_outcomes": []}, actor="test"
    )
    shown = [key for key, _label, _value in fields_of(held.award.as_record, "en")]
    applying.apply(learner, held, asked, shown)
    record = held.award.as_record
    named = record.learner.model_copy(update={"identifiers": (Identifier(kind=IdentifierKind.ESI, value=ESI),)})
    document = elmo.to_bytes(
        elmo.to_transcript([record.model_copy(update={"learner": named})], generated=timezone.now())
    )
    ReceivedTranscript.objects.create(
        organisation=organisation,
        receiving_institution="far.example",
        omobility_id="m",
        document=document,
        esi=ESI.lower(),
    )
    EmrexFetch.objects.create(
        learner=learner, provider="X", provider_title="X", session_digest="0" * 64, document=document,
        answer={"elmo": GIVEN}, reasons=[f"{GIVEN} is alike"], expires_at=timezone.now(),
    )  # fmt: skip
    people.invite(organisation, EMAIL, "reader", actor=learner)
    begun = SessionStore()
    begun["account_login_code"] = {"email": EMAIL}
    begun.save()
    old = Client()
    old.force_login(learner)
    old.session.set_expiry(timedelta(seconds=-1))
    return held


def test_no_table_and_no_file_names_the_learner_any_more(everything, learner):
    assert len(found_in_tables()) > 15  # the walk finds what there is
    assert found_in_files() or connection.vendor != "sqlite"
    privacy.erase(learner)
    assert found_in_tables() == set()
    assert found_in_files() == set()


def test_what_is_not_personal_stays(everything, learner, organisation):
    award = everything.award
    privacy.erase(learner)
    award.refresh_from_db()
    assert award.erased_at is not None
    status.revoke(award, "Erased", actor="test")
    assert BatchRow.objects.filter(cells__0="Ben").exists() is True
    assert Award.objects.filter(erased_at=None).count() == 0


def test_a_repeated_request_gets_no_data_and_does_nothing_again(everything, learner, issue):
    before = Award.objects.count()
    privacy.erase(learner)
    again = issue()
    assert (again.status_code, again.json()["code"]) == (410, "award-erased")
    assert GIVEN not in again.content.decode()
    assert Award.objects.count() == before


def test_a_stranger_who_takes_the_same_name_erases_nothing_of_the_other(everything, make_user):
    rows = BatchRow.objects.exclude(cells=[]).count()
    privacy.erase(make_user("eve@example.org", **PERSON, esi=ESI))
    assert BatchRow.objects.exclude(cells=[]).count() == rows
    assert ReceivedTranscript.objects.exists()
    assert Award.objects.filter(erased_at=None).count() == 2


def test_rows_of_somebody_of_the_same_name_who_was_born_on_another_day_stay(everything, learner, version):
    namesake = RECORD | {"birth_date": "1999-01-01", "email": "namesake@example.org"}
    batch = batches.from_records(version, [namesake], actor=None)
    privacy.erase(learner)
    assert batch.rows.get().cells


def test_a_month_later_nothing_is_left_of_rows_that_nobody_mended(version):
    bad = RECORD | {"esi": f"nonsense of {GIVEN}"}
    batch = batches.from_records(version, [bad], actor=None)
    batches.forget_old(timezone.now() + batches.KEPT + timedelta(days=1))
    row = batch.rows.get()
    assert (row.cells, row.problems) == ([], [])
