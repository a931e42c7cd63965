"""What Prometheus is told: of all processes that answer, whichever of them is asked."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.django_db

COUNT = """
from credenza.service.operations import metrics
metrics.REQUESTS.labels("verify", "GET", 200).inc(3)
metrics.LETTERS_WAITING.set(%d)
"""


def test_several_processes_are_counted_together():
    from credenza.service.operations import metrics

    asking = "from credenza.service.operations import metrics; print(metrics.told().decode())"
    with metrics.together():
        folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
        for letters in (7, 5):
            subprocess.run([sys.executable, "-c", COUNT % letters], check=True)
        told = subprocess.run([sys.executable, "-c", asking], check=True, capture_output=True, text=True).stdout
    assert 'credenza_requests_total{method="GET",route="verify",status="200"} 6.0' in told
    assert "credenza_letters_waiting 5.0" in told
    assert not os.path.exists(folder)
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_how_many_workers_live_is_told(client, settings):
    from dataclasses import replace
    from datetime import timedelta

    from django.utils import timezone

    from credenza.service.issuance.models import Worker

    Worker.objects.create(executor_id="alive")
    Worker.objects.create(executor_id="dead", seen_at=timezone.now() - timedelta(minutes=5))
    settings.CREDENZA = replace(settings.CREDENZA, metrics_token="s3cret")
    page = client.get("/metrics", headers={"authorization": "Bearer s3cret"}).content.decode()
    assert "credenza_workers 1.0" in page
