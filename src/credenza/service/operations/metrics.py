"""What is measured of every request, and the log line of each: by the name of its address, never by what people asked."""

from __future__ import annotations

import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from credenza.service.operations.log_lines import route_of

REQUESTS = Counter("credenza_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("credenza_request_seconds", "How long an answer took", ["route"])


def _gauge(name: str, words: str, labels: tuple[str, ...] = ()) -> Gauge:
    """What is read from the database when it is asked for: of several processes, the one that was asked last knows best."""
    return Gauge(name, words, labels, multiprocess_mode="mostrecent")


LETTERS_WAITING = _gauge("credenza_letters_waiting", "Messages to learners that wait to be sent")
OLDEST_LETTER = _gauge("credenza_oldest_letter_seconds", "How long the oldest of them has waited")
BATCHES = _gauge("credenza_batches", "Class lists by state", ("state",))
WORKERS = _gauge(
    "credenza_workers", "Processes that do bulk jobs and were seen in the last twenty seconds (PostgreSQL)"
)
LISTS_STAND = _gauge("credenza_trusted_lists", "How the EU's trusted lists stand: 1 at one of the states", ("state",))
LISTS_AGE = _gauge("credenza_trusted_lists_age_seconds", "How long ago they were read; -1 before the first time")
_TOGETHER = "PROMETHEUS_MULTIPROC_DIR"  # where the library looks for it, when it is loaded
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger("credenza.request")


class RequestLog:
    """Middleware: one log line and one measurement a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        number = uuid.uuid4().hex[:16]
        request.number = number
        with structlog.contextvars.bound_contextvars(request=number):
            response = self._get_response(request)
            took = time.perf_counter() - begun
            route = route_of(request)
            method = request.method if request.method in _METHODS else "other"  # a caller may make up any
            REQUESTS.labels(route, method, response.status_code).inc()
            SECONDS.labels(route).observe(took)
            _log.info("answered", route=route, method=method, status=response.status_code, ms=round(took * 1000, 1))
        response.headers.setdefault("X-Request-ID", number)  # an answer of Erasmus Without Paper names its own
        return response


def told() -> bytes:
    """Everything that is measured, for Prometheus; of all processes of this ``serve`` together."""
    if _TOGETHER not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


@contextmanager
def together() -> Iterator[None]:
    """Let the processes that are started now measure into one folder, so that it does not matter which of them is asked."""
    with tempfile.TemporaryDirectory(prefix="credenza-metrics-") as folder:
        os.environ[_TOGETHER] = folder
        try:
            yield
        finally:
            del os.environ[_TOGETHER]
