"""A claim of quality assurance is checked against the register: agency, decision, dates, institution, scope."""

import json
from datetime import UTC, date, datetime

import pytest

from credenza.adapters.deqar_source import fetch_reports
from credenza.adapters.fetch import GivenFetch
from credenza.errors import MalformedInput, Refused
from credenza.recognition.deqar import read_institutions, read_reports, report_id
from credenza.recognition.deqar_register import DeqarRegister
from credenza.record import Identifier, IdentifierKind, Organisation, Text, concept

REPORT = {
    "id": 4711,
    "agency_name": "Quality Agency of Ireland",
    "agency_acronym": "QAI",
    "agency_esg_activity": "Institutional review",
    "agency_esg_activity_type": "institutional",
    "institutions": [{"id": 382, "deqar_id": "DEQARINST0382", "name_primary": "Example University of Cork"}],
    "programmes": [],
    "report_valid": True,
    "valid_from": "2022-09-14",
    "valid_to": None,
    "status": "part of obligatory EQA system",
    "decision": "positive",
    "flag": "none",
}
PROGRAMME = {
    "name_primary": "Data analysis", "programme_names": [], "qf_ehea_level": "first cycle", "programme_identifiers": [],
}  # fmt: skip


def reports(**change):
    return read_reports(json.dumps({"count": 1, "next": None, "results": [REPORT | change]}).encode())


def answered(award, known=(), **change):
    claim = award.micro_credential.all_quality_assurance[0]
    return DeqarRegister(reports(**change), known).answer(claim, award)


def test_a_claim_that_the_register_bears_out_is_checked(award):
    answer = answered(award)
    assert (answer.outcome, answer.code) == ("checked", "register-confirms")
    assert answer.source == "https://data.deqar.eu/report/4711"
    assert (answer.obligatory, answer.conditions) == (True, False)


def test_a_blank_end_stands_for_six_years():
    assert reports()[0].valid_to == date(2028, 9, 14)
    assert reports(valid_from="2024-02-29")[0].valid_to == date(2030, 2, 28)


@pytest.mark.parametrize(
    ("change", "outcome", "code"),
    [
        ({"id": 1}, "unknown", "register-report-unknown"),
        ({"agency_name": "Another", "agency_acronym": "A"}, "contradicted", "register-agency-differs"),
        ({"decision": "negative"}, "contradicted", "register-decision-negative"),
        ({"decision": "not applicable"}, "unknown", "register-no-decision"),
        ({"valid_to": "2025-12-31"}, "contradicted", "register-not-in-force"),
        ({"valid_from": "2026-05-01"}, "contradicted", "register-not-in-force"),
        ({"flag": "high level"}, "unknown", "register-flagged"),
        ({"institutions": [{"id": 5, "name_primary": "Elsewhere"}]}, "unknown", "register-institution-not-tied"),
        ({"institutions": []}, "unknown", "register-institution-not-tied"),
        ({"agency_esg_activity_type": "programme"}, "contradicted", "register-kind-differs"),
        ({"decision": "positive with conditions or restrictions"}, "checked", "register-confirms"),
        ({"status": "voluntary"}, "checked", "register-confirms"),
        ({"agency_acronym": "Quality Agency of Ireland", "agency_name": "QAI"}, "checked", "register-confirms"),
    ],
)
def test_each_claim_is_looked_at_from_every_side(award, change, outcome, code):
    answer = answered(award, **change)
    assert (answer.outcome, answer.code) == (outcome, code)


def test_the_report_of_another_institution_proves_nothing(award):
    """A forger quotes a real report, and gives himself the name of the institution; his identifier betrays him."""
    known = read_institutions(
        json.dumps(
            [
                {
                    "id": 382,
                    "name_primary": "Example University of Cork",
                    "identifiers": [{"resource": "EU-PIC", "identifier": "111111111"}],
                }
            ]
        ).encode()
    )
    assert answered(award, known).code == "register-other-institution"


@pytest.mark.parametrize(("name", "outcome"), [("Example University of Cork", "checked"), ("Ollscoil", "unknown")])
def test_an_identifier_ties_no_institution_of_another_name(award, name, outcome):
    """A forger under his own name, which his seal backs, gives himself the identifier of an accredited institution."""
    institution = {"id": 382, "names": [{"name_official": name}]}
    institution["identifiers"] = [{"resource": "EU-PIC", "identifier": "999999999"}]
    known = read_institutions(json.dumps(institution).encode())
    assert answered(award, known).outcome == outcome


def with_claim(award, **change):
    claim = award.micro_credential.all_quality_assurance[0].model_copy(update=change)
    body = award.micro_credential.awarding_body.model_copy(update={"accreditations": (claim,)})
    return award.model_copy(
        update={"micro_credential": award.micro_credential.model_copy(update={"awarding_body": body})}
    )


def test_a_claim_without_a_reference_is_unknown(award):
    assert answered(with_claim(award, reference=None)).code == "register-no-reference"


def test_a_claim_that_names_two_reports_is_contradicted(award):
    assert answered(with_claim(award, id="https://data.deqar.eu/report/1")).code == "register-reference-twofold"


def test_a_programme_report_covers_only_the_programmes_that_it_names(award):
    claimed = with_claim(award, kind=concept("accreditation", "programme-quality-assurance"))
    kind = {"agency_esg_activity_type": "programme"}
    assert answered(claimed, **kind, programmes=[PROGRAMME]).outcome == "checked"
    other = PROGRAMME | {"name_primary": "Automotive Engineering"}
    assert answered(claimed, **kind, programmes=[other]).code == "register-programme-not-named"
    higher = PROGRAMME | {"qf_ehea_level": "third cycle"}
    assert answered(claimed, **kind, programmes=[higher]).code == "register-level-differs"
    longer = PROGRAMME | {"workload_ects": 60}
    assert answered(claimed, **kind, programmes=[longer]).code == "register-workload-differs"
    same = PROGRAMME | {"workload_ects": "3.0", "qf_ehea_level": 1}
    assert answered(claimed, **kind, programmes=[same]).outcome == "checked"


def test_an_award_without_a_date_is_not_called_covered(make_award):
    assert answered(make_award(awarded=None, issued=None)).outcome == "unknown"


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("4711", 4711), ("000786", 786), ("https://data.deqar.eu/report/48198", 48198), ("DEQAR-12", 12),
        ("https://evil.example/https://data.deqar.eu/report/1", None), ("EXAMPLE-0001", None), ("", None),
    ],
)  # fmt: skip
def test_a_reference_is_a_number_or_the_permalink(reference, number):
    assert report_id(reference) == number


@pytest.mark.parametrize(
    "data",
    [
        b"[1]", b"7", b'{"results": 5}', b'[{"id": "x"}]', b'[{"id": 1, "decision": "great", "valid_from": "2020-01-01"}]',
        b'[{"id": 1, "decision": "positive"}]', b'[{"id": 1, "decision": "positive", "valid_from": "soon"}]',
    ],
)  # fmt: skip
def test_data_of_another_shape_is_refused(data):
    with pytest.raises(MalformedInput) as refused:
        read_reports(data)
    assert refused.value.code == "register-malformed"


def page(number, following):
    body = {"results": [REPORT | {"id": number}], "next": following}
    return ("application/json", json.dumps(body).encode())


def test_a_list_is_read_page_after_page():
    first, second = "https://deqar.example/reports/", "https://deqar.example/reports/?page=2"
    fetch = GivenFetch({first: page(1, "?page=2"), second: page(2, None)})
    assert [one.id for one in fetch_reports(fetch, first)] == [1, 2]


def test_a_list_that_leads_to_another_host_is_refused():
    first = "https://deqar.example/reports/"
    with pytest.raises(Refused) as refused:
        list(fetch_reports(GivenFetch({first: page(1, "https://10.0.0.1/reports/")}), first))
    assert refused.value.code == "register-page-elsewhere"


def test_the_awarding_body_counts_not_the_quality_agency(make_award):
    body = Organisation(
        id="https://other.example",
        legal_name=Text.of("Other University"),
        identifiers=(Identifier(kind=IdentifierKind.DEQAR, value="DEQARINST9999"),),
    )
    award = make_award(awarded=datetime(2026, 1, 1, tzinfo=UTC))
    claim = award.micro_credential.all_quality_assurance[0]
    award = award.model_copy(
        update={"micro_credential": award.micro_credential.model_copy(update={"awarding_body": body})}
    )
    assert DeqarRegister(reports()).answer(claim, award).code == "register-other-institution"
