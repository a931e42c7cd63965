"""A process of the service in a bulk test: prepares a running batch, works until nothing is left, or says what there is."""

from __future__ import annotations

import json
import sys
import time
import tomllib
from datetime import date, timedelta
from pathlib import Path

import django

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "data-analysis"


def prepare(rows: int) -> None:
    from django.core.management import call_command

    from credenza.service.accounts.models import User
    from credenza.service.accounts.provisioning import found_organisation
    from credenza.service.catalogue.provisioning import publish_form
    from credenza.service.issuance import approval, batches

    call_command("migrate", verbosity=0)
    organisation = found_organisation(
        "uni", tomllib.loads((EXAMPLE / "organisation.toml").read_text("utf-8")), actor="test", with_test_seal=True
    )
    form = tomllib.loads((EXAMPLE / "micro-credential.toml").read_text("utf-8"))
    form.pop("id", None)
    version = publish_form(organisation, form, actor="test")
    records = [
        {
            "given_name": f"Ana {number}",
            "family_name": "Pérez",
            "birth_date": (date(1990, 1, 1) + timedelta(days=number % 4000)).isoformat(),
            "email": f"ana{number}@example.org",
        }
        for number in range(rows)
    ]
    batch = batches.from_records(version, records, actor=None)
    approval.approve(
        batch, edition=batch.edition, actor=User.objects.create_user("boss@example.org"), mail=True, language="en"
    )


def work(seconds: float) -> None:
    from credenza.service.issuance.models import Batch, Delivery
    from credenza.service.jobs import sweeping

    assert sweeping.launch()
    print("working", flush=True)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            left = Batch.objects.filter(state="running").exists() or Delivery.objects.filter(state="waiting").exists()
        except django.db.Error:
            left = True
        finally:
            django.db.connections.close_all()
        if not left:
            break
        time.sleep(0.2)
    sweeping.shut_down()


def report() -> None:
    from credenza.service.issuance.models import Award, Batch, BatchRow, DailyCount, Delivery, SealedDocument

    print(
        json.dumps(
            {
                "awards": Award.objects.count(),
                "names": Award.objects.values("learner_name").distinct().count(),
                "documents": SealedDocument.objects.count(),
                "issued": BatchRow.objects.filter(state="issued", cells=[]).exclude(award=None).count(),
                "sent": Delivery.objects.filter(state="sent").count(),
                "deliveries": Delivery.objects.count(),
                "counted": sum(DailyCount.objects.filter(kind="issued").values_list("count", flat=True)),
                "state": Batch.objects.get().state,
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    verb, *rest = sys.argv[1:]
    {"prepare": lambda: prepare(int(rest[0])), "work": lambda: work(float(rest[0])), "report": report}[verb]()
