"""The log: one JSON object a line on standard error, of our own code and of the libraries, without data of people.

A request is named by the pattern of its address, because addresses hold the secrets of links. What an error says is kept
but for what libraries put into it of the data: addresses of e-mail, rows of the database, values that were refused.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Any

import orjson
import structlog
from django.http import HttpRequest

_HIDDEN = (
    (re.compile(r"""[^\s@<>()\[\]{}"',;:=]+@[^\s@<>()\[\]{}"',;:=]+"""), "(address)"),
    (re.compile(r"DETAIL:.*?(?=\n\n|\n  File |\nCONTEXT:|\nTraceback|\Z)", re.S), "DETAIL: (withheld)"),
    (re.compile(r"(?:input_value=|input=).*?(?=, input_type=|\]\n|\Z)", re.S), "input_value=(withheld)"),
)
_AGAIN_AFTER = 60.0


def route_of(request: HttpRequest) -> str:
    """The pattern of the address (``s/<str:secret>``), so that no secret, no name and no address of a person is written."""
    return request.resolver_match.route if request.resolver_match else "(none)"


def without_people(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A processor: what a line quotes of the data of people is left out."""
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            for pattern, instead in _HIDDEN:
                event[name] = pattern.sub(instead, event[name])
    return event


class ByRoute(logging.Filter):
    """Django's own lines about a request quote its address: they are told by its pattern."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            status = getattr(record, "status_code", "")
            record.msg, record.args = "%s %s %s", (request.method, route_of(request), status)
        return True


class Seldom(logging.Filter):
    """What a library says twice a second while the database is away is written once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), time.monotonic()
        if now - self._last.get(place, -_AGAIN_AFTER) < _AGAIN_AFTER:
            return False
        self._last[place] = now
        return True


_BEFORE = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_people,
)
_AS_JSON = structlog.processors.JSONRenderer(serializer=lambda line, **_: orjson.dumps(line, default=repr).decode())


def formatter() -> logging.Formatter:
    """What makes a line of JSON of a library's record."""
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _AS_JSON]
    return structlog.stdlib.ProcessorFormatter(processors=processors, foreign_pre_chain=_BEFORE)


def configure_logs(level: str) -> None:
    """Our own lines: one JSON object each, on standard error."""
    structlog.configure(
        processors=[*_BEFORE, _AS_JSON],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
    )


def log_settings(level: str) -> dict[str, Any]:
    """The settings of Python's logging: for Django, for the server and for the library of the jobs."""
    configure_logs(level)
    ours = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.formatter"}},
        "filters": {"by_route": {"()": f"{__name__}.ByRoute"}, "seldom": {"()": f"{__name__}.Seldom"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["by_route"]}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "credenza": ours | {"level": level},
            "dbos": ours | {"level": "WARNING", "filters": ["seldom"]},
            "django.request": ours | {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "_granian": ours | {"level": level},
        },
    }
