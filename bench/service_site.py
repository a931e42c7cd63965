"""Run in the environment of a service that is measured: fills it, and prints what the client needs to know as JSON."""

from __future__ import annotations

import json
import sys
import time
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "data-analysis"


def prepare() -> dict[str, Any]:
    """An institution, its people, one learner's shared credential, API keys, and an issuer of the VC API."""
    from django.conf import settings

    from credenza.service.accounts.models import Membership, Role, User
    from credenza.service.accounts.provisioning import found_organisation
    from credenza.service.api import keys as api_keys
    from credenza.service.api import scopes
    from credenza.service.catalogue.provisioning import publish_form
    from credenza.service.described import fields_of
    from credenza.service.exchange import vc_instances
    from credenza.service.issuance.issuing import issue_rows
    from credenza.service.issuance.models import SealedDocument
    from credenza.service.wallet import holding, sharing

    organisation = found_organisation("uni", _toml("organisation"), actor="bench", with_test_seal=True)
    organisation.four_eyes = False
    organisation.save(update_fields=["four_eyes"])
    version = publish_form(organisation, _toml("micro-credential"), actor="bench")
    boss = User.objects.create_user("boss@example.org", "a long and winding password")
    Membership.objects.create(user=boss, organisation=organisation, role=Role.OWNER)
    learner = User.objects.create_user("ana@example.org", "a long and winding password")
    _, key = api_keys.make_key(organisation, "bench", list(scopes.SCOPES), actor=boss)
    rows = [_row(number) for number in range(200)]
    made, _ = issue_rows(version, rows, batch=None)
    award = made[0][1]
    award.holder, award.claimed_at = learner, datetime.now(UTC)
    award.save(update_fields=["holder", "claimed_at"])
    credential = holding.keep(learner, award)
    ends = datetime.now(UTC) + timedelta(days=1)
    shown = [key for key, _, _ in fields_of(award.as_record, "en")]
    _, secret = sharing.make(learner, {credential: shown}, audience="all", expires_at=ends, maximum_views=None)
    instance = vc_instances.add_instance(
        organisation, "bench", "eddsa-rdfc-2022", key_kind="Ed25519", actor="bench", with_status=True
    )
    documents = {
        name: [bytes(one.data).decode() for one in SealedDocument.objects.filter(format=name).order_by("award_id")]
        for name in ("open-badge", "sd-jwt-vc", "elm")
    }
    return {
        "host": settings.SITE_URL.removeprefix("https://"),
        "key": key,
        "share": secret,
        "definition": str(version.definition_id),
        "award": str(award.pk),
        "credential": str(credential.pk),
        "issuer": vc_instances.identity_of(instance).id,
        "sessions": {"boss": _session(boss), "ana": _session(learner)},
        "documents": documents,
    }


def fill(total: int) -> dict[str, Any]:
    """Awards like the first one, up to a total, without sealing: their rows, learner keys, letters and wallets' places."""
    from django.db import connection

    from credenza.service.issuance.models import Award

    have = Award.objects.count()
    sql = (Path(__file__).with_name("service_fill.sql")).read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute("SET default_toast_compression = 'lz4'")
        for statement in sql.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"have": have, "total": total})
        cursor.execute("ANALYZE")
    return {"awards": Award.objects.count()}


def batch(rows: int) -> dict[str, Any]:
    """Start a class list, wait for the workers, and say how long it took from its start to its end (seconds)."""
    from credenza.service.accounts.models import User
    from credenza.service.catalogue.models import DefinitionVersion
    from credenza.service.issuance import approval, batches
    from credenza.service.issuance.models import Award, BatchState

    version = DefinitionVersion.objects.get(state="published")
    learners = [
        {"given_name": f"Zoë {number}", "family_name": "Ó Murchú", "birth_date": "2000-01-01", "grade": "B"}
        for number in range(rows)
    ]
    before = Award.objects.count()
    started = batches.from_records(version, learners, actor=None)
    boss = User.objects.get(email="boss@example.org")
    approval.approve(started, edition=started.edition, actor=boss, mail=False, language="en")
    while started.state != BatchState.FINISHED:
        time.sleep(0.05)
        started.refresh_from_db()
        assert started.state != BatchState.STOPPED, started.problem
    assert Award.objects.count() == before + rows
    return {"seconds": (started.finished_at - started.started_at).total_seconds()}


def _toml(name: str) -> dict[str, Any]:
    read = tomllib.loads((EXAMPLE / f"{name}.toml").read_text("utf-8"))
    if name == "micro-credential":
        read.pop("id", None)
    return read


def _row(number: int) -> Any:
    from credenza.record import Learner
    from credenza.record.class_list import Row

    learner = Learner(
        full_name=f"Ana {number} Pérez", given_name=f"Ana {number}", family_name="Pérez", birth_date=date(2001, 5, 31)
    )
    return Row(number=number, learner=learner, results=(), awarded=datetime(2026, 1, 30, tzinfo=UTC))


def _session(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.session.session_key)


if __name__ == "__main__":
    django.setup()
    verb, *rest = sys.argv[1:]
    print(json.dumps({"prepare": prepare, "fill": fill, "batch": batch}[verb](*(int(one) for one in rest))))
