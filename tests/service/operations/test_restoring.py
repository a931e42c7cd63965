"""A database that came back from a backup: it is noticed, and nothing is handed out, sent or issued twice because of it."""

import csv
import os
import subprocess
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from credenza.errors import MalformedInput, Refused
from credenza.service.accounts import audit
from credenza.service.exchange import vc_instances
from credenza.service.exchange.vc_status import Register
from credenza.service.issuance import letters, places, status
from credenza.service.issuance.models import Award, Batch, BatchState, Delivery, StatusList
from credenza.service.operations import restoring
from credenza.service.operations.models import DatabaseHome

pytestmark = pytest.mark.django_db


@pytest.fixture
def restored():
    """As after pg_restore: the data says that it lived elsewhere."""
    DatabaseHome.objects.all().delete()
    DatabaseHome.objects.create(place="7/1")


def trail(organisation, path):
    """The audit trail as the console exports it."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("number", "at", "actor", "action", "subject", "detail", "previous_digest", "digest"))
        for one in organisation.audit_events.order_by("number"):
            writer.writerow((one.number, one.at, one.actor, one.action, one.subject, "{}", "", one.digest))
    return path


def test_whoever_starts_on_a_restored_database_is_told_what_to_do(restored, client):
    with pytest.raises(Refused, match="credenza restored") as refused:
        restoring.refuse_restored()
    assert refused.value.code == "database-restored"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": "restored"})
    restoring.clear_up([])
    assert restoring.is_restored() is False
    assert client.get("/readyz").status_code == 200


def test_no_place_in_a_status_list_is_handed_out_twice(organisation, restored):
    before = places.take(organisation, 3)
    places.take_one(organisation)
    restoring.clear_up([])
    places._ready.clear()  # the service was started anew
    after = {places.take_one(organisation).list_number, *(one.list_number for one in places.take(organisation, 3))}
    assert len(after) == 1
    assert after.pop() >= max(one.list_number for one in before) + restoring.LISTS_PASSED_OVER


def test_an_organisation_that_had_no_list_yet_begins_none_that_was_given_away_since(organisation, restored):
    assert not StatusList.objects.exists()
    restoring.clear_up([])
    assert places.take(organisation, 1)[0].list_number >= restoring.LISTS_PASSED_OVER


def test_an_instance_of_the_vc_api_goes_on_in_new_lists_too(organisation, restored):
    instance = vc_instances.add_instance(organisation, "own", "eddsa-rdfc-2022", key_kind="Ed25519", actor="test")
    register = Register(instance, actor="test")
    assert "-0" in str(register.reserve("urn:uuid:1")[0])
    restoring.clear_up([])
    entry, _ = register.reserve("urn:uuid:2")
    assert entry.list_url.endswith(f"/vc/own/status/revocation-{restoring.LISTS_PASSED_OVER}")
    assert instance.credentials.get(handle="urn:uuid:2").list_number == restoring.LISTS_PASSED_OVER


def test_what_waited_is_not_sent_and_what_ran_is_stopped_and_everybody_signs_in_again(
    award, version, restored, signed_in, organisation
):
    letters.write_to(award)
    batch = Batch.objects.create(organisation=organisation, version=version, state=BatchState.RUNNING)
    assert signed_in("owner", organisation).get(f"/console/{organisation.slug}").status_code == 200
    done = restoring.clear_up([])
    assert (done["letters"], done["class lists"], done["sessions"]) == (1, 1, 1)
    delivery = Delivery.objects.get()
    assert (delivery.state, "backup" in delivery.problem) == ("failed", True)
    batch.refresh_from_db()
    assert (batch.state, "backup" in batch.problem) == (BatchState.STOPPED, True)
    assert not Session.objects.exists()


def test_the_audit_trail_goes_on_and_says_so(organisation, award, restored):
    restoring.clear_up([])
    assert list(audit.broken_links(organisation)) == []
    assert organisation.audit_events.order_by("-number").first().action == "database.restored"


def test_what_an_exported_trail_says_of_later_is_done_again_once(organisation, award, restored, tmp_path):
    status.suspend(award, actor="somebody")
    known = trail(organisation, tmp_path / "audit.csv").read_text()
    later = f"99,,user:1,award.reinstated,{award.pk},,,{'a' * 64}\n100,,user:1,award.revoked,{award.pk},,,{'b' * 64}\n"
    later += f"101,,user:1,award.revoked,not-an-id,,,{'c' * 64}\n"
    (tmp_path / "audit.csv").write_text(known + later)
    done = restoring.clear_up([tmp_path / "audit.csv"])
    assert done["awards whose status was set again"] == 2
    assert done["awards that this database does not know"] == 1
    award.refresh_from_db()
    assert (award.revoked_at is not None, award.suspended_at) == (True, None)
    assert restoring.clear_up([tmp_path / "audit.csv"])["awards whose status was so already"] == 2


def test_a_file_that_is_no_audit_trail_changes_nothing(organisation, restored, tmp_path):
    for content in (b"name,grade\nAna,5\n", b"", b"\xff\xfe\x00PK\x03"):
        (tmp_path / "other.csv").write_bytes(content)
        with pytest.raises(MalformedInput):
            restoring.clear_up([tmp_path / "other.csv"])
    assert restoring.is_restored()
    assert not StatusList.objects.exists()


def test_where_the_data_lives_is_written_once(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL tells where a table lives")
    DatabaseHome.objects.all().delete()
    restoring.settle()
    kept = DatabaseHome.objects.get().place
    restoring.settle()
    assert (DatabaseHome.objects.get().place, restoring.is_restored()) == (kept, False)
    assert Award.objects.count() == 0
    address = _address()
    dump = subprocess.run(["pg_dump", "-Fc", "-t", "operations_databasehome", address], capture_output=True, check=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE operations_databasehome")
    subprocess.run(["pg_restore", "-d", address], input=dump.stdout, capture_output=True, check=True)
    assert restoring.is_restored()
    DatabaseHome.objects.all().delete()


def _address() -> str:
    """This test's own database, for PostgreSQL's programs."""
    server = urlsplit(os.environ["CREDENZA_TEST_DATABASE_URL"])
    return server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
