"""Changes that are made at once wait for one another, and never both for the other (see ``accounts.locks``)."""

from __future__ import annotations

import ast
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from credenza import service
from credenza.service.accounts import audit, people
from credenza.service.accounts.models import Membership, Role
from credenza.service.catalogue import publishing
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose

_CALLS = [
    (path, node)
    for path in sorted(Path(service.__file__).parent.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "select_for_update"
]


def test_every_lock_lets_others_refer_to_the_row():
    assert len(_CALLS) > 10
    strict = [f"{path}:{node.lineno}" for path, node in _CALLS if "no_key" not in {one.arg for one in node.keywords}]
    assert strict == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time")
@pytest.mark.parametrize("change", ["a role is taken", "a version is begun"])
def test_nobody_waits_for_whoever_waits_for_them(organisation, version, make_user, change):
    """The one has the head of the audit trail and refers to rows that the other has locked, who waits for the head."""
    owner, other = make_user("owner@example.org"), make_user("other@example.org")
    membership = Membership.objects.create(user=other, organisation=organisation, role=Role.READER)
    definition, failed = version.definition, []

    def second() -> None:
        try:
            if change == "a role is taken":
                people.take_role(membership, actor=owner)
            else:
                publishing.begin_next(definition, DefinitionVersion, actor=owner)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        audit.record(organisation, "test.happened", actor=owner)
        DefinitionVersion.objects.create(definition=definition, number=9, state="superseded", form={})
        thread.start()
        _until_it_waits(thread)
    thread.join()
    assert failed == []
    assert list(audit.broken_links(organisation)) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_retire_the_last_two_keys_one_is_refused(organisation, make_user):
    owner = make_user("owner@example.org")
    keys.create_proof_key(organisation, actor=owner)
    start, outcomes = threading.Barrier(2), []

    def retire(key) -> None:
        start.wait()
        try:
            keys.retire(key, actor=owner)
            outcomes.append("done")
        except keys.Conflict as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    both = list(organisation.signing_keys.filter(purpose=KeyPurpose.PROOF))
    threads = [threading.Thread(target=retire, args=(key,)) for key in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "key-last"]
    assert keys.current(organisation, KeyPurpose.PROOF) is not None


def _until_it_waits(thread: threading.Thread) -> None:
    with connection.cursor() as cursor:
        waits = 0
        while not waits and thread.is_alive():
            time.sleep(0.01)
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            waits = cursor.fetchone()[0]
