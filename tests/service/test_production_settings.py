"""The settings as production has them (see docs/security-asvs.md)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_environment import SAFE

pytestmark = pytest.mark.django_db


LONG = {"CREDENZA_SECRET_KEY": "x7#Kq" + SAFE["CREDENZA_SECRET_KEY"] * 2}


class TestProduction:
    """The settings as production has them, read by a process of their own."""

    def run(self, tmp_path, *arguments, **changes):
        here = Path(__file__).resolve().parents[2] / "src"
        environment = SAFE | {"PYTHONPATH": str(here), "PATH": os.environ["PATH"], "CREDENZA_DATA_DIR": str(tmp_path)}
        environment |= {"DJANGO_SETTINGS_MODULE": "credenza.service.settings"} | changes
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def test_djangos_own_check_of_a_deployment_finds_nothing(self, tmp_path):
        done = self.run(tmp_path, "-m", "credenza.service", "check", "--deploy", "--fail-level", "WARNING", **LONG)
        assert done.returncode == 0, done.stderr

    def test_cookies_are_safe_and_transport_is_protected(self, tmp_path):
        program = (
            "import json; from django.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE,"
            "s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY,"
            "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_SECONDS >= 31536000,"
            "not s.DEBUG, s.SESSION_COOKIE_SAMESITE == 'Lax', s.SESSION_COOKIE_NAME.startswith('__Host-'),"
            "s.CSRF_COOKIE_NAME.startswith('__Host-'), s.ALLOWED_HOSTS == ['credentials.uni.example']]))"
        )
        done = self.run(tmp_path, "-c", program)
        assert done.returncode == 0, done.stderr
        assert all(json.loads(done.stdout))

    def test_sign_in_providers_without_tls_stop_the_start(self, tmp_path):
        provider = {"id": "u", "name": "U", "server_url": "http://id.example", "client_id": "c", "secret": "s"}
        done = self.run(tmp_path, "-m", "credenza.service", "check", CREDENZA_OIDC_PROVIDERS=json.dumps([provider]))
        assert done.returncode != 0
        assert "CREDENZA_OIDC_PROVIDERS" in done.stderr

    def test_passwords_are_kept_by_a_slow_function(self, tmp_path):
        program = (
            "import django; django.setup(); from django.contrib.auth.hashers import make_password;"
            "print(make_password('x'))"
        )
        done = self.run(tmp_path, "-c", program)
        name, rounds = done.stdout.split("$")[:2]
        assert name == "pbkdf2_sha256"
        assert int(rounds) >= 600_000
