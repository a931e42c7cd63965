"""For machines that watch: is the process alive, can it serve, and how it fares (Prometheus).

They ask at the process's own address, by plain HTTP and under any host name, so they are answered before all else.
"""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST

from credenza.service.issuance import mailing
from credenza.service.issuance.models import Batch, BatchState, Worker
from credenza.service.operations import metrics, restoring
from credenza.service.verification import trusted_lists

_ROOM = 5_000_000


@never_cache
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served: the database answers, is of this version and was not just restored; else 503 and why.

    How the EU's trusted lists stand is told too, where they are configured; without them the service serves on.
    """
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    trouble = "behind" if behind else "restored" if restoring.is_restored() else _cannot_be_written()
    if trouble:
        return JsonResponse({"ready": False, "database": trouble}, status=503)
    told = {"ready": True, "database": "ok"}
    lists = trusted_lists.standing(timezone.now())
    return JsonResponse(told | ({"trusted_lists": lists.word} if lists is not None else {}))


def _cannot_be_written() -> str:
    """Why nothing can be stored: a replica, or a folder (SQLite) that is full; nothing where it can."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            return "read-only" if cursor.fetchone()[0] == "on" else ""
    file = Path(connection.settings_dict["NAME"])
    return "full" if file.exists() and shutil.disk_usage(file).free < _ROOM else ""


@never_cache
@require_GET
def prometheus(request: HttpRequest) -> HttpResponse:
    """Counters and timings; only with the operator's token (CREDENZA_METRICS_TOKEN), else not there."""
    token = settings.CREDENZA.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is None or not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponse(status=404)
    waiting, oldest = mailing.backlog()
    metrics.LETTERS_WAITING.set(waiting)
    metrics.OLDEST_LETTER.set((timezone.now() - oldest).total_seconds() if oldest else 0)
    metrics.WORKERS.set(Worker.objects.filter(seen_at__gt=Now() - Worker.DEAD_AFTER).count())
    _measure_trusted_lists()
    for state in BatchState.values:
        metrics.BATCHES.labels(state).set(Batch.objects.filter(state=state).count())
    return HttpResponse(metrics.told(), content_type=CONTENT_TYPE_LATEST)


def _measure_trusted_lists() -> None:
    now = timezone.now()
    lists = trusted_lists.standing(now)
    if lists is None:
        return
    for word in trusted_lists.WORDS:
        metrics.LISTS_STAND.labels(word).set(word == lists.word)
    metrics.LISTS_AGE.set((now - lists.read_at).total_seconds() if lists.read_at else -1)


class Watching:
    """The first middleware: answers ``/healthz``, ``/readyz`` and ``/metrics``, passes all else on."""

    _ANSWERS = {"/healthz": alive, "/readyz": ready, "/metrics": prometheus}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._ANSWERS.get(request.path_info, self._get_response)(request)
