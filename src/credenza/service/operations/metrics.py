"""What is measured of every request, and the log line of each: by the name of its address, never by what people asked."""

from __future__ import annotations

import logging
import sys
import time
import uuid
from collections.abc import Callable

import orjson
import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Gauge, Histogram

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
    """Middleware: one log line and one measurement a request.

    A route is the pattern of the address (``s/<str:secret>``), so no secret, no name and no address of a person is logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        number = uuid.uuid4().hex[:16]
        request.number = number
        with structlog.contextvars.bound_contextvars(request=number):
            response = self._get_response(request)
            took = time.perf_counter() - begun
            route = request.resolver_match.route if request.resolver_match else "(none)"
            method = request.method if request.method in _METHODS else "other"  # a caller may make up any
            REQUESTS.labels(route, method, response.status_code).inc()
            SECONDS.labels(route).observe(took)
            _log.info("answered", route=route, method=method, status=response.status_code, ms=round(took * 1000, 1))
        response.headers.setdefault("X-Request-ID", number)  # an answer of Erasmus Without Paper names its own
        return response


_BEFORE = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)
_AS_JSON = structlog.processors.JSONRenderer(serializer=lambda line, **_: orjson.dumps(line, default=repr).decode())


def configure_logs(level: str) -> None:
    """Structured logs: one JSON object a line, on standard error."""
    structlog.configure(
        processors=[*_BEFORE, _AS_JSON],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
    )


def log_settings(level: str) -> dict[str, object]:
    """Django's logging: everything through one JSON formatter; the query of an address is never written."""
    configure_logs(level)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _AS_JSON],
        "foreign_pre_chain": _BEFORE,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "credenza": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
