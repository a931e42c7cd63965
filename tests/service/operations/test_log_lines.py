"""The log says what happened, in JSON, and nothing of the data of people: not even where something breaks."""

import io
import json
import logging
import logging.config
import smtplib

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from credenza.service.operations import log_lines


@pytest.fixture
def written(settings):
    """The lines of the log, as production would write them."""
    stream = io.StringIO()
    production = log_lines.log_settings("INFO")
    production["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(production)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)
    log_lines.configure_logs(settings.CREDENZA.log_level)


FAULTS = [
    IntegrityError("duplicate key\nDETAIL:  Key (email)=(ana@example.org) already exists.\n"),
    IntegrityError("null value\nDETAIL:  Failing row contains (7, Ana Pérez,\n ana@example.org)."),
    smtplib.SMTPRecipientsRefused({"ana@example.org": (550, b"no ana@example.org here")}),
    ValueError("1 validation error\nname\n  Wrong [type=string_type, input_value='Ana Pérez', input_type=str]\n"),
    OperationalError("connection refused"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_written_without_the_secret_of_the_link_and_without_people(monkeypatch, written, fault):
    def broken(*arguments, **named):
        raise fault

    monkeypatch.setattr("credenza.service.issuance.claims.open_link", broken)
    answer = Client(raise_request_exception=False).get("/claim/a-very-secret-link?name=Zoe")
    assert answer.status_code in (500, 503)
    lines = written()
    told = json.dumps(lines, ensure_ascii=False)
    assert type(fault).__name__ in told
    assert f"GET claim/<str:secret> {answer.status_code}" in [line["event"] for line in lines]
    for secret in ("a-very-secret-link", "example.org", "Ana", "Pérez", "Zoe"):
        assert secret not in told


@pytest.mark.django_db
def test_a_form_without_its_token_is_logged_without_the_secret_of_its_link(written):
    assert Client(enforce_csrf_checks=True).post("/claim/a-very-secret-link").status_code == 403
    told = json.dumps(written())
    assert "claim/<str:secret> 403" in told
    assert "a-very-secret-link" not in told


@pytest.mark.parametrize("name", ["dbos", "_granian", "credenza.anything", "django.db", "py.warnings"])
def test_whoever_writes_a_line_writes_json(written, name):
    logging.getLogger(name).warning("Something of %s", name)
    (line,) = written()
    assert (line["event"], line["level"]) == (f"Something of {name}", "warning")


def test_what_a_library_says_again_and_again_is_written_once_a_minute(written):
    for number in range(50):
        logging.getLogger("dbos").warning("The database is away (%s)", number)
    logging.getLogger("dbos").warning("Another thing")
    assert [line["event"] for line in written()] == ["The database is away (0)", "Another thing"]
