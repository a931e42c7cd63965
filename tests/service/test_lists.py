"""A page that lists things asks the database as often for many of them as for one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credenza.service.accounts.models import Membership, Organisation, Role
from credenza.service.api import keys
from credenza.service.api.scopes import SCOPES
from credenza.service.api.webhooks import endpoints, events
from credenza.service.catalogue import designing, publishing
from credenza.service.issuance import batches, correcting, issuing
from credenza.service.pathways import provisioning as pathways
from credenza.service.recognition import applying, rulebook
from credenza.service.recognition.models import Desk
from credenza.service.wallet import holding, sharing
from credenza.service.wallet.models import HeldState

pytestmark = pytest.mark.django_db
ASKED = {"title": "Introduction to data", "purpose": "course", "country": "FI", "eqf": "6", "ects": "2"}


@dataclass
class World:
    """An organisation and its owner, who is a learner too; each method adds one more of something."""

    organisation: Organisation
    version: Any
    owner: Any
    make_user: Any
    make_version: Any
    make_row: Any
    numbers: Any = field(default_factory=lambda: count(1))

    def award(self) -> Any:
        n = next(self.numbers)
        row = self.make_row(
            n, full_name=f"Ana {n} Lind", given_name=f"Ana {n}", family_name="Lind", email=self.owner.email
        )
        made, _ = issuing.issue_rows(self.version, [row], batch=None, mail=True)
        return made[0][1]

    def held(self) -> Any:
        self.award()
        offered = holding.offers_to(self.owner).filter(state=HeldState.OFFERED).select_related("award__version").first()
        holding.accept(offered)
        offered.refresh_from_db()
        return offered

    def share(self) -> None:
        until = timezone.now() + timedelta(days=1)
        sharing.make(self.owner, {self.held(): ["level"]}, audience="ACME", expires_at=until, maximum_views=None)

    def definition(self) -> None:
        self.make_version(self.organisation, title={"en": f"Course {next(self.numbers)}"})

    def draft(self) -> None:
        designing.begin(self.organisation, actor=self.owner)

    def pathway(self) -> None:
        part = {"id": "a", "title": "A", "definitions": [self.version.definition.uri]}
        form = {"title": {"en": "Path"}, "kind": "elective", "parts": [part, part | {"id": "b"}]}
        pathways.publish_form(self.version, form, description="", actor=self.owner)

    def batch(self) -> None:
        n = next(self.numbers)
        record = {"given_name": f"Bo {n}", "family_name": "Li", "birth_date": "1999-01-01"}
        batches.from_records(self.version, [record], actor=self.owner)

    def correction(self) -> None:
        correcting.ask([self.award()], [{"grade": "A"}], reason="Better", actor=self.owner)

    def member(self) -> None:
        user = self.make_user(f"m{next(self.numbers)}@example.org")
        for role in (Role.READER, Role.ISSUER):
            Membership.objects.create(user=user, organisation=self.organisation, role=role)

    def key(self) -> None:
        keys.make_key(self.organisation, "Moodle", ["read", "issue"], actor=self.owner)

    def webhook(self) -> None:
        url = f"https://{next(self.numbers)}.lms.example/hook"
        hook, _ = endpoints.add(self.organisation, url, ["award.issued"], actor=self.owner)
        events.ping(hook)

    def requirement(self) -> Any:
        return rulebook.write_requirement(self.organisation, ASKED, actor=self.owner)

    def policy(self) -> None:
        form = {"title": "Rule", "outcome": "full", "when": {"least_ects": "1"}, "appeal": "Write to us."}
        counts_as = {"id": "https://uni.example/elective", "title": "Elective", "ects": "2"}
        rulebook.write_policy(self.organisation, form | {"counts_as": counts_as}, actor=self.owner)

    def case(self) -> None:
        applying.apply(self.owner, self.held(), self.requirement(), [])

    def withdrawn(self) -> None:
        publishing.withdraw(self.make_version(self.organisation).definition, actor=self.owner)


@pytest.fixture
def world(organisation, version, make_user, make_version, make_row):
    organisation.four_eyes = False
    organisation.save()
    Desk.objects.create(organisation=organisation, is_open=True)
    owner = make_user("ana@example.org", given_name="Ana", family_name="Lind")
    Membership.objects.create(user=owner, organisation=organisation, role=Role.OWNER)
    return World(organisation, version, owner, make_user, make_version, make_row)


PAGES = [
    ("definition", "/catalogue"),
    ("definition", "/catalogue.jsonld"),
    ("definition", "/catalogue.atom"),
    ("definition", "/console/uni/definitions"),
    ("draft", "/console/uni/definitions"),
    ("pathway", "/pathways"),
    ("pathway", "/console/uni/pathways"),
    ("definition", "/console/uni/issue"),
    ("batch", "/console/uni/issue"),
    ("correction", "/console/uni/issue"),
    ("award", "/console/uni/awards"),
    ("award", "/console/uni/audit"),
    ("batch", "/console/uni"),
    ("member", "/console/uni/people"),
    ("key", "/console/uni/api"),
    ("webhook", "/console/uni/api"),
    ("requirement", "/console/uni/recognition/rules"),
    ("policy", "/console/uni/recognition/rules"),
    ("case", "/console/uni/recognition"),
    ("requirement", "/recognition"),
    ("case", "/recognition/cases"),
    ("held", "/wallet"),
    ("held", "/wallet/share"),
    ("share", "/wallet/shares"),
]
ANSWERS = [
    ("definition", "/definitions"),
    ("withdrawn", "/definitions"),
    ("definition", "/catalogue"),
    ("pathway", "/pathways"),
    ("batch", "/batches"),
    ("correction", "/batches"),
    ("award", "/awards"),
    ("award", "/audit"),
    ("member", "/people"),
    ("key", "/api-keys"),
    ("webhook", "/webhooks"),
    ("requirement", "/recognition/requirements"),
    ("case", "/recognition/cases"),
]


def questions(ask) -> int:
    """How often the database is asked, when all that is asked once only was asked before."""
    ask()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert ask().status_code == 200
    return len(asked)


@pytest.mark.parametrize(("thing", "address"), PAGES)
def test_a_page_asks_as_often_for_three_as_for_one(client, world, thing, address):
    client.force_login(world.owner)
    getattr(world, thing)()
    few = questions(lambda: client.get(address))
    getattr(world, thing)()
    getattr(world, thing)()
    assert questions(lambda: client.get(address)) == few


@pytest.mark.parametrize(("thing", "address"), ANSWERS)
def test_the_api_asks_as_often_for_three_as_for_one(client, world, thing, address):
    _, secret = keys.make_key(world.organisation, "test", tuple(SCOPES), actor=world.owner)
    ask = lambda: client.get(f"/api/v1{address}", headers={"Authorization": f"Bearer {secret}"})  # noqa: E731
    getattr(world, thing)()
    few = questions(ask)
    getattr(world, thing)()
    getattr(world, thing)()
    assert questions(ask) == few
