"""The service's settings for tests: everything real, on a database of the tests' own (SQLite, or see scripts/with-postgresql)."""

import os
import tempfile

os.environ.setdefault("CREDENZA_MODE", "test")
os.environ.setdefault("CREDENZA_DATA_DIR", tempfile.mkdtemp(prefix="credenza-test-"))
os.environ.setdefault("CREDENZA_SITE_URL", "http://testserver")
if os.environ.get("CREDENZA_TEST_DATABASE_URL"):
    os.environ["CREDENZA_DATABASE_URL"] = os.environ["CREDENZA_TEST_DATABASE_URL"]

from credenza.service.settings import *

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # a file, so that the threads of bulk jobs see it too
    DATABASES["default"]["TEST"] = {"NAME": str(CREDENZA.data_dir / "test.sqlite3")}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # cleared before each test
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make many accounts
