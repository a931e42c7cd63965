"""The settings of production as they really start: behind a proxy that speaks https, with nothing meant for trying out."""

import json
import os
import subprocess
import sys

import pytest
from test_environment import SAFE

ASK = """
import io, json, sys
from credenza.service.wsgi import application

def ask(path, **more):
    told = {}
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000",
        "HTTP_HOST": "credentials.uni.example", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr, "REMOTE_ADDR": "10.0.0.1", **more,
    }
    def start(status, headers, *_):
        told.update(status=int(status[:3]), headers=[list(one) for one in headers])
    told["body"] = b"".join(application(environ, start)).decode("utf-8", "replace")[:200000]
    return told

https = {"HTTP_X_FORWARDED_PROTO": "https"}
print(json.dumps({
    "page": ask("/account/login/", **https),
    "plain": ask("/account/login/"),
    "absent": ask("/nothing/here", **https),
    "foreign": ask("/account/login/", **https | {"HTTP_HOST": "evil.example"}),
}))
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """What production answers, with one trusted proxy and with none."""
    folder = tmp_path_factory.mktemp("production")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CREDENZA_", "DJANGO_"))}
    safe = kept | SAFE | {
        "CREDENZA_DATA_DIR": str(folder),
        "CREDENZA_DATABASE_URL": f"sqlite:///{folder}/credenza.sqlite3",
        "CREDENZA_TRUSTED_PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "credenza.service.settings",
    }  # fmt: skip

    def run(*arguments, **more):
        done = subprocess.run(
            [sys.executable, *arguments], env=safe | more, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-m", "credenza.service", "migrate", "-v0")
    run("-m", "credenza.service", "collectstatic", "--noinput", "-v0")
    behind = json.loads(run("-c", ASK).splitlines()[-1])
    alone = json.loads(run("-c", ASK, CREDENZA_TRUSTED_PROXIES="0").splitlines()[-1])
    return behind, alone


def header(answer, name):
    return [value for key, value in answer["headers"] if key.lower() == name.lower()]


def test_a_page_is_served_with_every_protection(asked):
    page = asked[0]["page"]
    assert page["status"] == 200
    assert "max-age=31536000" in header(page, "Strict-Transport-Security")[0]
    assert "default-src 'none'" in header(page, "Content-Security-Policy")[0]
    assert "unsafe-inline" not in header(page, "Content-Security-Policy")[0]
    assert header(page, "X-Frame-Options") == ["DENY"]
    cookies = header(page, "Set-Cookie")
    assert cookies
    assert all("Secure" in one and "HttpOnly" in one and "SameSite=Lax" in one for one in cookies)


def test_files_are_named_by_what_is_in_them(asked):
    assert "/static/credenza." in asked[0]["page"]["body"]
    assert '/static/credenza.css"' not in asked[0]["page"]["body"]


def test_plain_http_is_sent_to_https(asked):
    plain = asked[0]["plain"]
    assert (plain["status"], header(plain, "Location")) == (301, ["https://credentials.uni.example/account/login/"])
    assert not header(plain, "Set-Cookie")


def test_where_no_proxy_is_trusted_nobody_is_believed_to_speak_https(asked):
    assert asked[1]["page"]["status"] == 301


def test_no_page_of_the_framework_is_shown(asked):
    for name, status in (("absent", 404), ("foreign", 400)):
        answer = asked[0][name]
        assert answer["status"] == status
        assert "Traceback" not in answer["body"]
        assert "DEBUG" not in answer["body"]
        assert "settings" not in answer["body"].lower()
