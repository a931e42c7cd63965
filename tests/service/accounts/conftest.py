"""An institution that people sign in by, and a mail server, on loopback."""

import pytest
from identity_provider import IdentityProvider
from jobs_fixtures import *  # noqa: F403

from .sign_in_parts import know


@pytest.fixture(scope="module")
def running():
    server = IdentityProvider()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(running, settings):
    """The provider, honest again, and known to the service as ``uni``."""
    running.person = {"sub": "s-1", "email": "ana@uni.example", "email_verified": True, "given_name": "Ana"}
    running.lie, running.lie_about, running.asked = {}, {}, []
    running.signing_key, running.algorithm = running.key, "RS256"
    running.may_speak_for = lambda *institutions: know(settings, running, institutions)
    running.may_speak_for("Uni.example")
    return running
