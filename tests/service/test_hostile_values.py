"""Whatever anybody writes into an address or a form, the answer is an answer, never a fault of ours."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

import credenza.service

pytestmark = pytest.mark.django_db
SOURCES = [one.read_text("utf-8") for one in Path(credenza.service.__file__).parent.rglob("*.py")]
NAMES = sorted(
    {name for text in SOURCES for name in re.findall(r"(?:GET|POST)(?:\.get|\.getlist)?[(\[]\"([a-z_-]+)\"", text)}
    | {"page", "q", "since", "until", "state", "definition", "level", "view", "sort"}
)
ACTIONS = sorted({name for text in SOURCES for name in re.findall(r"asked (?:==|in) \(?\"([a-z-]+)\"", text)})
HOSTILE = (
    "²",  # a digit to str.isdigit, and no number to int
    "9" * 40,
    "-1",
    "0001-01-01T00:00:00+14:00_00000000-0000-0000-0000-000000000000",
    "0001-01-01",
    "9999-12-31",
    "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
    "\u202egnp.exe\u2066\ufeff",
    "https://[::1",
    "é" * 3000,
    "",
)
ROUNDS = 4
LEFT_ALONE = (
    "account/",
    "static",
    "api/v1",
    "design",
)  # allauth's own, files, the typed API (see test_api), the demo's


def addresses(patterns=None, before: str = ""):
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and not route.startswith(LEFT_ALONE) and "(?P" not in route:
            yield route


@pytest.fixture
def known(award, version, organisation, signed_in):
    """Things that addresses name, and an owner who is an operator and a learner too."""
    from credenza.service.issuance import batches
    from credenza.service.wallet import holding

    client = signed_in("owner", organisation)
    type(client.user).objects.filter(pk=client.user.pk).update(is_superuser=True)
    award.holder = client.user
    award.save()
    held = holding.keep(client.user, award)
    batch = batches.from_records(version, [{"full_name": "Bo Li", "birth_date": "1999-01-01"}], actor=client.user)
    client.raise_request_exception = False
    client.things = {
        "slug": "uni", "award": award.pk, "batch": batch.pk, "definition": version.definition_id, "pk": version.pk,
        "held": held.pk, "secret": "x" * 43, "name": "elm",
    }  # fmt: skip
    return client


def filled(route: str, things: dict) -> str:
    kinds = {"uuid": str(uuid.uuid4()), "int": "1"}

    def value(match: re.Match[str]) -> str:
        kind, _, name = match[1].rpartition(":")
        if route.startswith("wallet/") and name == "pk":
            return str(things["held"])
        if route.startswith("catalogue/") and name == "pk":
            return str(things["definition"])
        return str(things.get(name, kinds.get(kind, "x")))

    return "/" + re.sub(r"<([^>]+)>", value, route)


def fields(turn: int) -> dict[str, str]:
    """A hostile value for every name; in each turn another one."""
    return {name: HOSTILE[(3 * turn + place) % len(HOSTILE)] for place, name in enumerate(NAMES)}


def cheap(route: str) -> bool:
    """Not a picture or a file, which take long to draw and read nothing from the query."""
    return not route.endswith((".png", ".xlsx", "<slug:name>", "<slug:format_name>"))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_no_address_breaks_on_a_hostile_query(known, turn):
    ways = [filled(route, known.things) for route in sorted(set(addresses())) if cheap(route)]
    assert [way for way in ways if known.get(way, fields(turn)).status_code >= 500] == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_no_form_breaks_on_a_hostile_field(known, turn):
    ways = [filled(route, known.things) for route in sorted(set(addresses())) if cheap(route)]
    assert [way for way in ways if known.post(way, fields(turn)).status_code >= 500] == []


@pytest.mark.parametrize("page", ["people/change", "keys", "api"])
def test_no_action_breaks_on_a_thing_that_is_none(known, page):
    broken = []
    for action in ACTIONS:
        for value in ("²", "9" * 40, "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"):
            things = dict.fromkeys(("key", "webhook", "message", "user", "take", "role"), value) | {"do": action}
            for sent in (things, {name: one for name, one in things.items() if name != "take"}):
                if known.post(f"/console/uni/{page}", sent).status_code >= 500:
                    broken.append(sent)
    assert broken == []


def test_a_nul_is_refused_in_addresses_queries_and_forms(known):
    """PostgreSQL takes it in no text, and would answer with a fault."""
    assert known.get("/catalogue", {"q": "a\x00b"}).status_code == 400
    assert known.get("/claim/a%00b").status_code == 400
    assert known.post("/verify", {"text": "a\x00b"}).status_code == 400
    assert known.post("/verify", {"text": "ab"}).status_code != 400
