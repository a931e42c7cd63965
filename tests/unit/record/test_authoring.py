"""Organisation and definition files: what is written is read, what is wrong is named with its place."""

import pytest

from credenza.errors import MalformedInput
from credenza.record import Award, Learner, concept
from credenza.record.annex_i import check_definition
from credenza.record.authoring import read_micro_credential, read_organisation
from credenza.record.description import describe


def problems(call) -> dict[str, str]:
    with pytest.raises(MalformedInput) as caught:
        call()
    return {one.where: one.code for one in caught.value.detail["problems"]}


def test_codes_labels_and_uris_are_the_same_term(written, organisation):
    for level in (6, "6", "EQF 6", "http://data.europa.eu/snb/eqf/6"):
        definition = read_micro_credential(written | {"eqf": level}, awarding_body=organisation)
        assert definition.eqf_level.uri == "http://data.europa.eu/snb/eqf/6"


def test_a_term_is_found_by_its_label_in_any_language(written, organisation):
    definition = read_micro_credential(written | {"participation": "Präsenz"}, awarding_body=organisation)
    assert definition.participation[0].notation == "on-site"


def test_all_problems_are_named_at_once(organisation):
    found = problems(
        lambda: read_micro_credential(
            {"titel": "x", "eqf": "advanced", "ects": "many", "participation": "onlin"}, awarding_body=organisation
        )
    )
    assert found == {
        "id": "missing",
        "title": "missing",
        "eqf": "term-unknown",
        "ects": "number-invalid",
        "participation": "term-unknown",
        "titel": "unknown-member",
    }


def test_the_nearest_term_is_suggested(organisation, written):
    with pytest.raises(MalformedInput) as caught:
        read_micro_credential(written | {"participation": "onlin"}, awarding_body=organisation)
    assert "online" in caught.value.detail["problems"][0].suggestion


def test_problems_inside_lists_have_their_place(organisation, written):
    outcomes = [{"title": "Good"}, {"title": "Bad", "kind": "wisdom"}]
    found = problems(
        lambda: read_micro_credential(written | {"learning_outcomes": outcomes}, awarding_body=organisation)
    )
    assert found == {"learning_outcomes[2].kind": "term-unknown"}


@pytest.mark.parametrize("title", ["", " ", "a\u202eb", "a\x00b", 7, ["x"], {"english": "x"}, {"en": 5}])
def test_bad_texts_are_refused(title, organisation, written):
    assert "title" in problems(lambda: read_micro_credential(written | {"title": title}, awarding_body=organisation))


@pytest.mark.parametrize("hours", [0, -1, "NaN", "inf", True, "1e99", 10_001])
def test_impossible_workloads_are_refused(hours, organisation, written):
    found = problems(lambda: read_micro_credential(written | {"workload_hours": hours}, awarding_body=organisation))
    assert found == {"workload_hours": "number-invalid"}


def test_legal_identifiers_are_valid_in_the_country(organisation):
    assert organisation.identifiers[0].country.notation == "IE"


def test_an_unknown_identifier_kind_is_named():
    found = problems(lambda: read_organisation({"id": "urn:x:y", "legal_name": "X", "identifiers": {"vatt": "IE1"}}))
    assert found == {"identifiers.vatt": "unknown-member"}


@pytest.mark.parametrize(
    ("stated", "mode"),
    [
        ("supervised-online-with-id", "online"),
        ("Supervised online with identity verification", "online"),
        ("supervised onsite with id", "on-site"),
    ],
)
def test_annex_i_tells_supervision_online_from_on_site(written, organisation, stated, mode):
    part = {"title": "Exam", "type": "written examination", "supervision": stated}
    made = read_micro_credential(written | {"assessments": [part]}, awarding_body=organisation)
    assert made.assessments[0].supervision == concept("supervision", "supervised-with-id")
    assert made.assessments[0].mode == concept("mode", mode)
    assert not {"supervision-missing", "supervision-place-missing"} & {one.code for one in check_definition(made)}
    told = describe(Award(micro_credential=made, issuer=organisation, learner=Learner(), id="urn:x:1"), "en")
    line = next(one for one in told if one.key == "supervision")
    assert line.values == (f"Supervised with identity verification, {mode}",)


@pytest.mark.parametrize(("country", "told"), [("IE", []), ("DE", ["National framework (DE): DQR Level 6"])])
def test_a_level_of_the_readers_own_framework_is_told_once_and_not_widened(written, organisation, country, told):
    made = read_micro_credential(written | {"eqf": 6, "nqf": ["IE NQF Level 7"]}, awarding_body=organisation)
    lines = describe(
        Award(micro_credential=made, issuer=organisation, learner=Learner(), id="urn:x:1"), "en", country=country
    )
    (levels,) = (one.values for one in lines if one.key == "level")
    assert "IE NQF Level 7" in levels
    assert [one for one in levels if one.startswith("National framework")] == told


def test_supervision_without_its_place_is_asked_for(written, organisation):
    part = {"title": "Exam", "type": "written examination", "supervision": "supervised-with-id"}
    made = read_micro_credential(written | {"assessments": [part]}, awarding_body=organisation)
    assert "supervision-place-missing" in {one.code for one in check_definition(made)}


def test_a_mode_that_contradicts_where_it_was_supervised_is_told(written, organisation):
    part = {"title": "Exam", "supervision": "supervised-online-with-id", "mode": "on-site"}
    found = problems(lambda: read_micro_credential(written | {"assessments": [part]}, awarding_body=organisation))
    assert found == {"assessments[1].mode": "mode-contradicts-supervision"}
