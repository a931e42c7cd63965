"""What is measured of every request, and the log line of each: by the name of its address, never by what people asked."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Gauge, Histogram

from credenza.service.operations.log_lines import route_of

REQUESTS = Counter("credenza_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("credenza_request_seconds", "How long an answer took", ["route"])
LETTERS_WAITING = Gauge("credenza_letters_waiting", "Messages to learners that wait to be sent")
OLDEST_LETTER = Gauge("credenza_oldest_letter_seconds", "How long the oldest of them has waited")
BATCHES = Gauge("credenza_batches", "Class lists by state", ["state"])
LISTS_STAND = Gauge("credenza_trusted_lists", "How the EU's trusted lists stand: 1 at one of the states", ["state"])
LISTS_AGE = Gauge("credenza_trusted_lists_age_seconds", "How long ago they were read; -1 before the first time")
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
