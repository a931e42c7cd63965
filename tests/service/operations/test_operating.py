"""Operating the service: health, metrics, logs without personal data, the demonstration, the commands."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from credenza.errors import Refused

COMMAND = Path(sys.executable).with_name("credenza")


@pytest.mark.django_db
def test_health_and_readiness_answer(client):
    assert client.get("/healthz").content == b"ok"
    assert json.loads(client.get("/readyz").content) == {"ready": True, "database": "ok"}


@pytest.mark.django_db
def test_a_database_of_another_version_is_not_ready(client):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'wallet'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["database"] == "behind"


@pytest.mark.django_db
def test_metrics_are_there_for_whoever_has_the_token_only(client, settings):
    from dataclasses import replace

    assert client.get("/metrics").status_code == 404
    settings.CREDENZA = replace(settings.CREDENZA, metrics_token="s3cret")
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    page = client.get("/metrics", headers={"authorization": "Bearer s3cret"}).content.decode()
    assert "credenza_requests_total" in page
    assert "credenza_letters_waiting" in page


@pytest.mark.django_db
def test_a_made_up_method_is_not_measured_by_its_name(client, settings):
    """Else anybody could fill the memory with names."""
    from dataclasses import replace

    settings.CREDENZA = replace(settings.CREDENZA, metrics_token="s3cret")
    client.generic("MADEUP", "/verify")
    page = client.get("/metrics", headers={"authorization": "Bearer s3cret"}).content.decode()
    assert "MADEUP" not in page
    assert 'method="other"' in page


@pytest.mark.django_db
def test_a_log_line_names_the_route_and_no_secret(client):
    from structlog.testing import capture_logs

    from credenza.service.operations.log_lines import configure_logs

    configure_logs("INFO")
    with capture_logs() as lines:
        client.get("/s/a-very-secret-link?name=Ana")
    configure_logs("WARNING")
    written = json.dumps(lines)
    assert "s/<str:secret>" in written
    assert "a-very-secret-link" not in written
    assert "Ana" not in written


@pytest.mark.django_db
def test_the_demonstration_is_refused_outside_of_its_mode():
    from credenza.service.operations import demonstration

    with pytest.raises(Refused):
        demonstration.set_up()


@pytest.mark.parametrize("verb", ["serve", "worker", "migrate"])
def test_a_command_with_unsafe_settings_ends_by_naming_the_setting(verb, tmp_path):
    environment = {**os.environ, "CREDENZA_MODE": "production", "CREDENZA_DATA_DIR": str(tmp_path)}
    environment.pop("CREDENZA_SECRET_KEY", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([COMMAND, verb], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "CREDENZA_SECRET_KEY" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("verb", "wrong", "code"),
    [
        ("migrate", {"CREDENZA_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/none"}, "database-away"),
        ("worker", {"CREDENZA_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/none"}, "database-away"),
        ("serve", {"CREDENZA_DATA_DIR": "/etc/hostname/data"}, "data-folder-unwritable"),
    ],
)
def test_what_an_operator_can_mend_ends_the_command_with_a_sentence(verb, wrong, code, tmp_path):
    environment = {**os.environ, "CREDENZA_MODE": "test", "CREDENZA_DATA_DIR": str(tmp_path), **wrong}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([COMMAND, verb], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert code in done.stderr
    assert "secret" not in done.stderr


def test_an_address_that_is_taken_is_named(tmp_path):
    environment = {**os.environ, "CREDENZA_MODE": "test", "CREDENZA_DATA_DIR": str(tmp_path)}
    environment |= {"CREDENZA_DATABASE_URL": f"sqlite:///{tmp_path}/credenza.sqlite3"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [COMMAND, "serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "address-unusable" in done.stderr


def test_the_demonstration_serves_as_a_newcomer_would_start_it(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CREDENZA_DATA_DIR": str(tmp_path)}
    for name in ("DJANGO_SETTINGS_MODULE", "CREDENZA_MODE", "CREDENZA_SITE_URL", "CREDENZA_DATABASE_URL"):
        environment.pop(name, None)
    command = [COMMAND, "serve", "--demo", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        page = _when_there(f"http://127.0.0.1:{port}/catalogue")
        assert "Data analysis for public services" in page
        assert "Demonstration" in page
        document = json.loads(_when_there(f"http://127.0.0.1:{port}/o/example-university/did.json"))
        assert document["id"].startswith("did:web:demo.credenza.example")
    finally:
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    assert "DEMONSTRATION" in output
    for path in ("/catalogue", "/verify", "/wallet", "/console", "/api/docs"):
        assert path in output


def _when_there(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within a minute")


@pytest.mark.django_db
def test_an_operator_is_made_once_and_with_a_good_password(client):
    from credenza.errors import Conflict, MalformedInput
    from credenza.service.operations.operators import make_operator

    with pytest.raises(MalformedInput):
        make_operator("root@example.org", "password")
    make_operator("root@example.org", "a long and winding password")
    with pytest.raises(Conflict):
        make_operator("Root@example.org", "a long and winding password")
    client.post("/account/login/", {"login": "root@example.org", "password": "a long and winding password"})
    assert client.get("/console/new-organisation").status_code == 200


@pytest.mark.django_db
def test_a_database_that_takes_nothing_more_is_not_ready(client, settings, monkeypatch, tmp_path):
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        told = "read-only"
    else:
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path))
        monkeypatch.setattr("credenza.service.operations.health._ROOM", 2**63)
        told = "full"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": told})
