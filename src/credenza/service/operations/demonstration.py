"""A demonstration on this machine: an institution, its catalogue, people of every role, all made up and marked so."""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from datetime import UTC, date, timedelta
from importlib import resources
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from credenza.errors import Refused
from credenza.record import Learner, Result, Text
from credenza.record.class_list import Row
from credenza.service.accounts.models import Membership, Organisation, Role, User
from credenza.service.accounts.provisioning import found_organisation
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.catalogue.provisioning import publish_form
from credenza.service.exchange import demonstration as transfer_demonstration
from credenza.service.issuance import counts, status
from credenza.service.issuance.issuing import issue_rows
from credenza.service.pathways import provisioning as pathways
from credenza.service.recognition.provisioning import open_desk
from credenza.service.wallet import holding

PASSWORD = "credenza-demo"


def set_up() -> None:
    """Fill an empty demonstration; what is there already is left as it is.

    Raises:
        Refused: ``demo-only`` outside of the demonstration mode.
    """
    if not settings.CREDENZA.demo:
        raise Refused("demo-only", "Made-up people and seals are for demonstrations only (CREDENZA_MODE=demo).")
    if not Organisation.objects.exists():
        _fill(defaultdict(list, tomllib.loads(_content())))  # any table may be left out
    if settings.CREDENZA.emreg == f"{settings.CREDENZA.data_dir}/emreg.json":
        transfer_demonstration.publish_registry()


def _content() -> str:
    """The made-up world: ours, or that of a file of the same shape."""
    own = settings.CREDENZA.demonstration
    if own is not None:
        return own.read_text("utf-8")
    return resources.files("credenza.service.operations").joinpath("demonstration.toml").read_text("utf-8")


def _fill(data: dict[str, Any]) -> None:
    with transaction.atomic():
        organisations = [_organisation(one) for one in data["organisations"]]
        versions = [
            publish_form(organisations[one.pop("of")], one, actor="demonstration") for one in data["definitions"]
        ]
        for one in data["pathways"]:
            _pathway(one, versions)
        for one in data["desks"]:
            open_desk(organisations[one.pop("of")], one, actor="demonstration")
        for one in data["people"]:
            _person(one, organisations)
        for one in data["transfers"]:
            transfer_demonstration.allow(organisations[one.pop("of")], one)
        rows: dict[int, list[Row]] = {}
        for number, one in enumerate(data["learners"], start=2):
            for place in one.pop("of"):
                rows.setdefault(place, []).append(_row(number, one))
        made = [issue_rows(versions[place], some, batch=None)[0] for place, some in sorted(rows.items())]
        if settings.CREDENZA.demonstration is not None:
            return
        learner = User.objects.get(email="ana@demo.example")
        for offered in list(holding.offers_to(learner))[:1]:
            holding.accept(offered)
        revoked = made[0][-1][1]
        status.revoke(revoked, "Issued to the wrong person", actor="demonstration")
        counts.count(revoked.version, counts.REVOKED)


def tell(site_url: str) -> None:
    """Print where to begin, and as whom."""
    say = sys.stdout.write
    say("\n  Credenza, a DEMONSTRATION: organisations, people, keys and seals are made up and worth nothing.\n\n")
    for path, what in (
        ("/", "the first page"),
        ("/catalogue", "micro-credentials on offer"),
        ("/pathways", "larger awards, and what they are made of"),
        ("/verify", "check a credential, without an account"),
        ("/wallet", "a learner's wallet (ana@demo.example)"),
        ("/recognition", "ask whether it counts elsewhere (decided by evaluator@demo.example)"),
        ("/console", "the provider's console (owner@demo.example)"),
        ("/api/docs", "the API"),
    ):
        say(f"  {site_url}{path:<12} {what}\n")
    say(f"\n  Accounts, all with the password {PASSWORD}: owner@, designer@, second@, issuer@, registrar@, reader@,\n")
    say(f"  evaluator@ and ana@demo.example. Mail is written to {settings.EMAIL_FILE_PATH}.\n\n")


def _organisation(one: dict[str, Any]) -> Organisation:
    slug = one.pop("slug")
    return found_organisation(slug, one, actor="demonstration", with_test_seal=True, is_demo=True)


def _pathway(one: dict[str, Any], versions: list[DefinitionVersion]) -> None:
    """A pathway, whose definitions are named by their places in the file."""
    for part in (*one["parts"], *(part for group in one["groups"] for part in group["parts"])):
        if "definitions" in part:
            part["definitions"] = [versions[place].definition.uri for place in part["definitions"]]
    award = versions[one.pop("award")]
    one["recognised_by"] = [award.as_record.awarding_body.id]
    pathways.publish_form(award, one, description=one.pop("description"), actor="demonstration")


def _person(one: dict[str, Any], organisations: list[Organisation]) -> None:
    roles = one.pop("roles", [])
    user = User.objects.create_user(one.pop("email"), PASSWORD, **one)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for role in roles:
        name, _, at = role.partition("@")
        Membership.objects.create(user=user, organisation=organisations[int(at or 0)], role=Role(name))


def _row(number: int, one: dict[str, Any]) -> Row:
    born = one["birth_date"]
    learner = Learner(
        full_name=f"{one['given_name']} {one['family_name']}",
        given_name=one["given_name"],
        family_name=one["family_name"],
        birth_date=born if isinstance(born, date) else None,
        email=one["email"],
    )
    grade = (Result(grade=Text.of(one["grade"])),) if "grade" in one else ()
    awarded = (timezone.now() - timedelta(days=2)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Row(number=number, learner=learner, results=grade, awarded=awarded)
