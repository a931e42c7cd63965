"""A program with an API key, and its requests over the whole stack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from jobs_fixtures import *  # noqa: F403
from pathway_fixtures import *  # noqa: F403
from recognition_fixtures import *  # noqa: F403

from credenza.service.api.webhooks import endpoints, events

from .webhook_receiver import Receiver


@dataclass
class Program:
    """Sends JSON with its API key."""

    client: Any
    secret: str = ""
    key: Any = None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        content = body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, f"/api/v1{path}", content, content_type="application/json", headers=sent | headers
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)


@pytest.fixture
def make_program(db, make_user):
    """Makes programs: ``make_program(organisation, "issue", email="owner@example.org", role="owner")``."""
    from django.test import Client

    from credenza.service.accounts.models import Membership, User
    from credenza.service.api import keys
    from credenza.service.api.scopes import SCOPES

    def make(organisation, *scopes: str, email: str = "maker@example.org", role: str = "owner", **more):
        maker = User.objects.filter(email=email).first() or make_user(email)
        Membership.objects.get_or_create(user=maker, organisation=organisation, role=role)
        key, secret = keys.make_key(organisation, "test", scopes or tuple(SCOPES), actor=maker, **more)
        return Program(Client(enforce_csrf_checks=True), secret, key)

    return make


@pytest.fixture
def program(organisation, make_program):
    """A program that may do everything, in an organisation where one person is enough."""
    organisation.four_eyes = False
    organisation.save()
    return make_program(organisation)


@pytest.fixture
def stranger(make_organisation, make_program):
    """A program that may do everything in another organisation."""
    return make_program(make_organisation("other"), email="stranger@example.org")


@pytest.fixture
def anybody(client):
    """A program without a key."""
    return Program(client)


@pytest.fixture
def policy(institute, requirement):
    """A rule of the recognition desk that nothing fulfils."""
    from credenza.service.recognition import rulebook

    counts = {"id": requirement.uri, "title": "Data", "ects": "2"}
    form = {"title": "Level 8", "outcome": "full", "counts_as": counts, "when": {"least_eqf": 8}}
    return rulebook.write_policy(institute, form, actor="test")


@pytest.fixture
def answered(case, evaluator):
    """The file that came with an answer to what the desk asked."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from credenza.recognition import case_events as events
    from credenza.service.recognition import answering, casework
    from credenza.service.recognition.models import CaseFile

    asked = events.RequestInformation(by=str(evaluator.pk), questions=("The syllabus?",))
    waiting = casework.take(case, asked, actor=evaluator, edition=case.edition)
    answering.answer(waiting, "Here it is.", [SimpleUploadedFile("a.html", b"<script>")], edition=waiting.edition)
    return CaseFile.objects.get()


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(organisation, receiver, make_user):
    """An address that is told everything, with its ``secret``."""
    owner = make_user("owner@example.org")
    endpoint, secret = endpoints.add(organisation, receiver.url, list(events.EVENTS), actor=owner)
    endpoint.secret, endpoint.owner = secret, owner
    return endpoint
