"""An institution with small micro-credentials, a larger one, and a pathway from those to this."""

from __future__ import annotations

from datetime import date

import pytest

from credenza.service.pathways import designing


@pytest.fixture
def small(organisation, make_version):
    """Three published micro-credentials with outcomes of their own, by name."""

    def make(name, of=organisation):
        outcome = {"title": f"Applies {name}", "kind": "skill"}
        return make_version(of, title={"en": name.capitalize()}, learning_outcomes=[outcome])

    return {name: make(name) for name in ("python", "statistics", "ethics")} | {"make": make}


@pytest.fixture
def larger(organisation, make_version):
    """The published larger micro-credential."""
    outcome = {"title": "Leads data projects", "kind": "skill"}
    return make_version(organisation, title={"en": "Data professional"}, learning_outcomes=[outcome], ects=4)


@pytest.fixture
def pathway_form(small):
    """The form of a pathway: Python, and one of the two others."""
    part = {name: {"id": name, "title": name.capitalize(), "definitions": [small[name].definition.uri]} for name in (
        "python", "statistics", "ethics")}  # fmt: skip
    choice = {"id": "choice", "title": "Choice", "choose": 1, "parts": [part["statistics"], part["ethics"]]}
    return {"title": {"en": "Data path"}, "kind": "elective", "parts": [part["python"]], "groups": [choice]}


@pytest.fixture
def make_pathway(organisation, make_user, larger, pathway_form):
    """Makes published pathways: ``make_pathway(automatic=True)``; ``form`` changes the form."""
    people = [make_user(f"{name}@staff.example", given_name=name) for name in ("first", "second")]

    def make(*, automatic=False, **form):
        version = designing.begin(organisation, actor=people[0])
        draft = designing.Draft(pathway_form | form, larger.definition, "The way to data.", automatic)
        designing.save(version, draft, edition=1, actor=people[0])
        designing.submit(version, actor=people[0])
        designing.approve(version, seen=designing.digest(version), actor=people[1])
        return version

    return make


@pytest.fixture
def learner(make_user):
    return make_user("ana@example.org", given_name="Ana", family_name="Pérez", birth_date=date(2001, 5, 31))


@pytest.fixture
def earn(make_row):
    """Gives a learner a micro-credential, claimed into the wallet: ``earn(learner, version)``."""
    from credenza.service.issuance.issuing import issue_rows
    from credenza.service.wallet import holding

    def give(user, version, **person):
        made, _ = issue_rows(version, [make_row(**{"email": user.email} | person)], batch=None)
        for held in holding.offers_to(user):
            holding.accept(held)
        return made[0][1]

    return give


@pytest.fixture
def complete(make_pathway, learner, earn, small):
    """A pathway whose parts the learner holds."""

    def make(**options):
        version = make_pathway(**options)
        for name in ("python", "ethics"):
            earn(learner, small[name])
        return version

    return make
