"""Every operation of the API, asked by another organisation about things that are not its own.

The bodies are the examples of the description itself, so these tests also show that each example is one that is taken.
"""

import json
import uuid
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from credenza.service.api.v1.api import api
from credenza.service.api.webhooks import endpoints, events
from credenza.service.exchange.models import EmrexFetch, FetchState, ReceivedTranscript
from credenza.service.issuance import batches
from credenza.service.pathways import requests

pytestmark = pytest.mark.django_db
SCHEMA = api.get_openapi_schema(path_prefix="/api/v1")
PATHS = SCHEMA["paths"]
OPERATIONS = [
    (method, path)
    for path, methods in PATHS.items()
    for method, said in methods.items()
    if said.get("x-scope") and "multipart/form-data" not in said.get("requestBody", {}).get("content", {})
]
OF_AN_OBJECT = [(method, path) for method, path in OPERATIONS if "{" in path]
NAMED_IN_THE_BODY = {("post", "/api/v1/batches"), ("post", "/api/v1/awards"), ("post", "/api/v1/award-changes")}
READING = [(method, path) for method, path in OPERATIONS if method == "get" and "{" not in path]


def example(method, path):
    """The body that the description shows, or None where there is none."""
    content = PATHS[path][method].get("requestBody", {}).get("content", {}).get("application/json")
    if content is None or "$ref" not in content["schema"]:
        return None
    return SCHEMA["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]["examples"][0]


@pytest.fixture
def things(organisation, version, award, make_user, make_program, of_the_desk, of_pathways, of_exchange):
    """One of everything in an organisation, by the names that addresses give them."""
    rows = [{"given_name": "Bo", "family_name": "Li", "birth_date": "1999-01-01"}]
    batch = batches.from_records(version, rows, actor=None)
    person = make_user("member@example.org")
    hook, _secret = endpoints.add(organisation, "https://hook.example/", ["award.issued"], actor=person)
    made = {
        "definition": version.definition_id,
        "version": version.pk,
        "award": award.pk,
        "batch": batch.pk,
        "person": person.pk,
        "key": organisation.signing_keys.first().pk,
        "webhook": hook.pk,
        "message": events.ping(hook).pk,
        "api_key": make_program(organisation).key.pk,
    }
    return made | of_the_desk | of_pathways | of_exchange | {"role": "reader", "name": "elm"}


@pytest.fixture
def of_the_desk(case, requirement, policy, answered):
    return {"case": case.pk, "requirement": requirement.pk, "policy": policy.pk, "file": answered.pk}


@pytest.fixture
def of_exchange(organisation, learner):
    times = {"created_at": timezone.now(), "expires_at": timezone.now()}
    fetch = EmrexFetch.objects.create(organisation=organisation, learner=learner, state=FetchState.DOUBT, **times)
    came = ReceivedTranscript.objects.create(organisation=organisation, omobility_id="m", document=b"<elmo/>")
    return {"fetch": fetch.pk, "transcript": came.pk}


@pytest.fixture
def of_pathways(complete, learner):
    followed = complete()
    asked = requests.ask(followed, learner)
    return {"pathway": followed.pathway_id, "pathway_version": followed.pk, "award_request": asked.pk}


def address(path, things):
    return path.removeprefix("/api/v1").format(**{key: str(value) for key, value in things.items()})


def test_every_body_has_an_example():
    bodies = [(method, path) for method, path in OPERATIONS if "requestBody" in PATHS[path][method]]
    json_bodies = [one for one in bodies if "application/json" in PATHS[one[1]][one[0]]["requestBody"]["content"]]
    missing = [one for one in json_bodies if one[1] != "/api/v1/recognition/register" and not example(*one)]
    assert not missing


@pytest.mark.parametrize(("method", "path"), OF_AN_OBJECT)
def test_what_belongs_to_others_is_not_there(stranger, things, method, path):
    query = "?edition=1" if path.endswith("/file") else ""
    answer = stranger(method.upper(), address(path, things) + query, example(method, path))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), answer.text


@pytest.mark.parametrize(("method", "path"), sorted(NAMED_IN_THE_BODY))
def test_what_belongs_to_others_cannot_be_named(stranger, things, method, path):
    body = example(method, path)
    names = {"definition": str(things["definition"]), "awards": [str(things["award"])]}
    body |= {name: names[name] for name in names if name in body}
    assert stranger(method.upper(), address(path, things), body).status_code == 404


@pytest.mark.parametrize(("method", "path"), READING)
def test_no_list_shows_what_belongs_to_others(stranger, things, method, path):
    query = "?country=FI&view=all" if path.startswith("/api/v1/recognition") else f"?award={things['award']}"
    answer = stranger.get(path.removeprefix("/api/v1") + query)
    assert answer.status_code == 200, answer
    ids = [str(one) for one in things.values() if isinstance(one, uuid.UUID)]
    told = shown(b"".join(answer))
    assert not [one for one in ids if one in told]


def shown(content):
    """The text of an answer, of a spreadsheet too."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist())


def test_the_tables_know_every_parameter(things):
    named = {part[1:-1] for _, path in OPERATIONS for part in path.split("/") if part.startswith("{")}
    assert named <= set(things)
    assert json.dumps(SCHEMA)
