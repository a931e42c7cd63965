"""Three awards to correct, and the way of a class list that corrects them."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from credenza.service.accounts.models import Membership
from credenza.service.issuance import approval, chunks, correction_lists, issuing

PEOPLE = (("Ana", "Pérez"), ("Ben", "Roth"), ("Céline", "Dubois"))


@pytest.fixture
def awards(organisation, version, make_row):
    """Three awards, where one person is enough to approve."""
    organisation.four_eyes = False
    organisation.save()
    rows = [
        make_row(number, given_name=given, family_name=family, full_name=None, email=f"{given.lower()}@example.org")
        for number, (given, family) in enumerate(PEOPLE, start=2)
    ]
    made, _ = issuing.issue_rows(version, rows, batch=None)
    return [award for _, award in made]


@pytest.fixture
def registrar(make_user, organisation):
    user = make_user("registrar@example.org")
    Membership.objects.create(user=user, organisation=organisation, role="registrar")
    return user


def cells_of_sheet(data):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]


def csv_of(*rows, head="Award number,Family name,Valid until"):
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]).encode()


def upload(organisation, actor, data, name="corrections.csv", reason=""):
    return correction_lists.upload(organisation, data, name, reason=reason, actor=actor)


def states(batch):
    return [(row.number, row.state, [one["code"] for one in row.problems]) for row in batch.rows.order_by("number")]


def run(batch, actor):
    approval.approve(batch, edition=batch.edition, actor=actor, mail=True, language="en")
    for first, last in chunks.spans(batch):
        chunks.issue(batch, first, last)
    chunks.finish(batch)
    batch.refresh_from_db()
