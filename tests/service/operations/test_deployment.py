"""Running it for real: what operators are told is what the service reads; production starts safe, behind a proxy."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
COMMAND = Path(sys.executable).with_name("credenza")
VARIABLE = re.compile(r"CREDENZA_[A-Z_]+")
SAFE = {
    "CREDENZA_MODE": "production",
    "CREDENZA_SECRET_KEY": "xK3!9vLq0PzR7sTfW2bYc8NdE5gHj1MuA4oI6rQzz",
    "CREDENZA_KEY_ENCRYPTION_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "CREDENZA_SITE_URL": "https://credentials.uni.example",
    "CREDENZA_MAIL_URL": "smtp+starttls://user:pw@mail.uni.example",
    "CREDENZA_TRUSTED_PROXIES": "1",
}


def test_the_operators_guide_names_every_setting_and_no_other():
    read = []
    for other in ("service/environment.py", "service/safety.py", "cli/service.py", "adapters/deqar_source.py"):
        read += VARIABLE.findall((ROOT / "src/credenza" / other).read_text("utf-8"))
    internal = {"CREDENZA_JOBS_HERE"}
    told = (ROOT / "docs/how-to/operator.md").read_text("utf-8").split("## The web service")[1]
    assert set(VARIABLE.findall(told)) == set(read) - internal


@pytest.mark.parametrize("file", ["compose.yaml", "Dockerfile", "docs/deployment/README.md"])
def test_what_is_deployed_sets_only_settings_that_there_are(file):
    read = set(VARIABLE.findall((ROOT / "docs/how-to/operator.md").read_text("utf-8")))
    assert set(VARIABLE.findall((ROOT / file).read_text("utf-8"))) <= read | {"CREDENZA_TLS_DIR"}


def test_everything_that_the_image_copies_is_there_and_not_ignored():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M)
    sources = " ".join(copied).split()
    assert sources
    for one in sources:
        assert (ROOT / one).exists(), one
        assert one.split("/")[0] in kept, one


def test_the_containers_run_commands_and_options_that_there_are():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    commands = {name: one["command"] for name, one in services.items() if one["image"] == "credenza"}
    assert set(commands) == {"migrate", "web", "worker"}
    default = re.search(r"^CMD (\[.+\])$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    for command in (*commands.values(), json.loads(default[1])):
        told = subprocess.run([COMMAND, command[0], "--help"], capture_output=True, text=True, check=True, timeout=120)
        for option in command[1:]:
            assert not option.startswith("--") or option in told.stdout, (command, option)


def test_the_containers_can_write_nothing_and_become_nobody_else():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for name in ("migrate", "web", "worker"):
        one = services[name]
        assert (one["read_only"], one["cap_drop"], one["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert "ports" not in services["postgres"]
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"]), "people come by nginx only"
    assert re.search(r"^USER credenza$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)


@pytest.fixture
def production(tmp_path):
    """The port of a service in production, started as an operator would, on a database of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"CREDENZA_DATA_DIR": str(tmp_path), "CREDENZA_DATABASE_URL": f"sqlite:///{tmp_path}/credenza.sqlite3"}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CREDENZA_", "DJANGO_"))}
    environment = kept | SAFE | own
    subprocess.run([COMMAND, "migrate"], env=environment, check=True, capture_output=True, timeout=120)
    command = [COMMAND, "serve", "--no-work", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_without_a_proxy_that_speaks_https_nothing_is_served(tmp_path):
    own = {"CREDENZA_DATA_DIR": str(tmp_path), "CREDENZA_DATABASE_URL": f"sqlite:///{tmp_path}/credenza.sqlite3"}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CREDENZA_", "DJANGO_"))}
    environment = kept | SAFE | own | {"CREDENZA_TRUSTED_PROXIES": "0"}
    done = subprocess.run([COMMAND, "serve"], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "CREDENZA_TRUSTED_PROXIES" in done.stderr


def ask(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def test_production_serves_https_behind_a_proxy_and_nothing_else(production):
    alive = ask(production, "/healthz")
    assert (alive.status, alive.body) == (200, b"ok"), "a container's own health check knows no host name"
    assert ask(production, "/readyz").status == 200
    plain = ask(production, "/", Host="credentials.uni.example")
    assert (plain.status, plain.headers["Location"]) == (301, "https://credentials.uni.example/")
    page = ask(production, "/", Host="credentials.uni.example", X_Forwarded_Proto="https")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert ask(production, "/", Host="evil.example", X_Forwarded_Proto="https").status == 400
    assert ask(production, "/design", Host="credentials.uni.example", X_Forwarded_Proto="https").status == 404
