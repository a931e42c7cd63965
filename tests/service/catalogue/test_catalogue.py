"""The catalogue: found by words, field, level, workload, language, mode, provider, skill; read by people and machines."""

import json
import re
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(version, organisation, make_version):
    other = make_version(
        organisation,
        title={"en": "Baking bread", "el": "Ψωμί και ζύμη"},
        fields=["1013"],
        eqf="3",
        ects=None,
        workload_hours=20,
        languages=["el"],
        participation=["on-site"],
        nqf=[],
        qf_ehea=None,
    )
    return version, other


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=public+services", {"Data analysis"}),
        ("q=ΨΩΜΙ", {"Baking bread"}),
        ("q=anailis+sonrai", {"Data analysis"}),
        ("q=carpentry", set()),
        ("level=6", {"Data analysis"}),
        ("level=3", {"Baking bread"}),
        ("field=10", {"Baking bread"}),
        ("field=06", {"Data analysis"}),
        ("language=el", {"Baking bread"}),
        ("mode=blended", {"Data analysis"}),
        ("workload=1", {"Baking bread"}),
        ("workload=2", {"Data analysis"}),
        ("provider=uni", {"Data analysis", "Baking bread"}),
        ("skill=develop+digital+content", {"Data analysis", "Baking bread"}),
        ("level=x&field=%01&page=zzz&workload=9", {"Data analysis", "Baking bread"}),
    ],
)
def test_each_way_of_searching_finds_what_it_should(client, two, query, found):
    page = client.get(f"/catalogue?{query}").content.decode()
    assert {title for title in ("Data analysis", "Baking bread") if f">{title}" in page} == found


def test_the_page_holds_words_for_search_engines(client, version):
    page = client.get(f"/catalogue/{version.definition_id}").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert data["@type"] == "Course"
    assert data["educationalCredentialAwarded"]["educationalLevel"] == "EQF 6"


def test_a_title_cannot_break_out_of_the_page(client, organisation, make_version):
    made = make_version(organisation, title={"en": "</script><script>alert(1)</script>"})
    page = client.get(f"/catalogue/{made.definition_id}").content.decode()
    assert "<script>alert" not in page


def test_machines_read_elm_json_ld_whose_terms_are_all_defined(client, version):
    from credenza.linked_data import canonical

    answer = client.get(f"/catalogue/{version.definition_id}.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    document = json.loads(answer.content)
    assert document["type"] == "LearningOpportunity"
    assert document["learningAchievementSpecification"]["eqfLevel"]["id"].endswith("eqf/6")
    assert canonical.canonicalize(document)
    negotiated = client.get(f"/catalogue/{version.definition_id}", headers={"accept": "application/ld+json"})
    assert negotiated.content == answer.content


def test_the_whole_catalogue_and_the_feed_can_be_harvested(client, two):
    graph = json.loads(client.get("/catalogue.jsonld").content)["@graph"]
    assert len(graph) == 2
    feed = ElementTree.fromstring(client.get("/catalogue.atom").content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 2
    assert json.loads(client.get("/catalogue.jsonld?since=2100-01-01T00:00:00Z").content)["@graph"] == []


def test_a_draft_is_in_no_catalogue(client, organisation, make_user):
    from credenza.service.catalogue import designing

    draft = designing.begin(organisation, actor=make_user("a@example.org"))
    assert client.get(f"/catalogue/{draft.definition_id}").status_code == 404
    assert client.get(f"/catalogue/{draft.definition_id}.jsonld").status_code == 404


@pytest.mark.parametrize(
    ("name", "words", "label"), [("eqf", "6", "6"), ("isced-f", "bread", None), ("language", "deutsch", "German")]
)
def test_terms_are_found_by_words_in_any_language(client, name, words, label):
    results = json.loads(client.get(f"/vocabulary/{name}", {"q": words}).content)["results"]
    assert label is None or any(label in one["label"] for one in results)


def test_the_term_that_is_meant_comes_first(client):
    for typed in ("en", "English", "english"):
        results = json.loads(client.get("/vocabulary/language", {"q": typed}).content)["results"]
        assert results[0]["label"] == "English"


def test_esco_skills_are_found_once_imported(client, db):
    from credenza.service.catalogue.models import EscoSkill

    uri = "http://data.europa.eu/esco/skill/5fd5c985-eaaa-47aa-8314-62359c54505a"
    EscoSkill.objects.create(uri=uri, labels={"en": "develop digital content"}, search_text="develop digital content")
    results = json.loads(client.get("/vocabulary/esco", {"q": "digital"}).content)["results"]
    assert results == [{"value": uri, "label": "develop digital content", "detail": "5fd5c985"}]


def test_an_unknown_vocabulary_is_not_there(client):
    assert client.get("/vocabulary/secrets", {"q": "x"}).status_code == 404
