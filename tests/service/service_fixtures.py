"""An institution with keys and a published micro-credential, and people of every role, on a real database."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "data-analysis"
PASSWORD = "correct horse battery staple"


def claim_link(award) -> str:
    """The secret of the link in a new letter to the award's learner."""
    from credenza.service.issuance import claims
    from credenza.service.issuance.models import Delivery

    return claims.link_of(Delivery.objects.create(award=award))


@pytest.fixture
def make_user(db):
    """Makes people: ``make_user("ana@example.org", given_name="Ana")``, with a verified e-mail address."""
    from allauth.account.models import EmailAddress

    from credenza.service.accounts.models import User

    def make(email: str, **fields):
        user = User.objects.create_user(email, PASSWORD, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def make_organisation(db):
    """Makes organisations that can seal: ``make_organisation("uni")``."""
    from credenza.service.accounts.provisioning import found_organisation

    def make(slug: str = "uni", **changes):
        data = tomllib.loads((EXAMPLE / "organisation.toml").read_text("utf-8")) | changes
        return found_organisation(slug, data, actor="test", with_test_seal=True)

    return make


@pytest.fixture
def organisation(make_organisation):
    return make_organisation()


@pytest.fixture
def make_version(db):
    """Makes published micro-credentials of an organisation."""
    from credenza.service.catalogue.provisioning import publish_form

    def make(organisation, **changes):
        form = tomllib.loads((EXAMPLE / "micro-credential.toml").read_text("utf-8")) | changes
        form.pop("id", None)
        return publish_form(organisation, form, actor="test")

    return make


@pytest.fixture
def version(organisation, make_version):
    return make_version(organisation)


@pytest.fixture
def make_row():
    """Makes good rows of a class list."""
    from credenza.record import Learner
    from credenza.record.class_list import Row

    def make(number: int = 2, **learner):
        person = {
            "full_name": "Ana Pérez",
            "given_name": "Ana",
            "family_name": "Pérez",
            "birth_date": date(2001, 5, 31),
            "email": "ana@example.org",
        }
        return Row(
            number=number,
            learner=Learner(**person | learner),
            results=(),
            identifiers=(),
            evidence=(),
            awarded=datetime(2026, 1, 30, tzinfo=UTC),
            valid_until=None,
        )

    return make


@pytest.fixture
def award(version, make_row):
    """A sealed award of the service."""
    from credenza.service.issuance.issuing import issue_rows

    made, _ = issue_rows(version, [make_row()], batch=None)
    return made[0][1]


@pytest.fixture
def signed_in(client, make_user):
    """A client signed in as a member: ``signed_in("issuer", organisation)``; without roles, a learner."""
    from credenza.service.accounts.models import Membership

    def sign_in(role: str | None = None, organisation=None, email: str | None = None):
        user = make_user(email or f"{role or 'learner'}@example.org", given_name="Test", family_name="Person")
        if role is not None:
            Membership.objects.create(user=user, organisation=organisation, role=role)
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def federation(settings):
    """A sign-in provider (``myacademicid``) that may speak for the students of every institution."""
    from credenza.service.oidc_settings import for_allauth

    one = {"id": "myacademicid", "name": "MyAcademicID", "server_url": "https://id.example", "vouches_for": ["*"]}
    settings.SOCIALACCOUNT_PROVIDERS = for_allauth([one | {"client_id": "credenza", "secret": "x"}])
