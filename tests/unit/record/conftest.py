"""A good definition, written the way a provider writes it."""

import tomllib
from typing import Any

import pytest

from credenza.record import MicroCredential, Organisation
from credenza.record.authoring import read_micro_credential, read_organisation

ORGANISATION = """
id = "did:web:uni.example"
legal_name = { en = "University of Example", ga = "Ollscoil Samplach" }
country = "IE"
regions = ["IE061"]
[identifiers]
vat = "IE1234567X"
"""

DEFINITION = """
id = "https://uni.example/mc/1"
title = { en = "Data analysis", ga = "Anailís sonraí" }
languages = ["en"]
fields = ["0542"]
ects = 2
workload_hours = 50
eqf = 6
qf_ehea = "first cycle"
nqf = ["IE NQF Level 7"]
participation = "online"
prerequisites = "None"
[[learning_outcomes]]
title = "Analyses data"
kind = "skill"
skills = ["http://data.europa.eu/esco/skill/5fd5c985-eaaa-47aa-8314-62359c54505a"]
[[assessments]]
title = "Examination"
type = "written examination"
supervision = "supervised-on-site-with-id"
grading_scheme = { title = "A to F" }
[[quality_assurance]]
id = "https://qa.example/1"
type = "programme-quality-assurance"
title = "Review"
agency = { id = "https://qa.example", legal_name = "Agency", country = "IE" }
identifiers = { deqar = "1" }
[stackability]
integration = "stackable"
towards = [{ title = "Bachelor" }]
"""


@pytest.fixture
def organisation() -> Organisation:
    return read_organisation(tomllib.loads(ORGANISATION))


@pytest.fixture
def written() -> dict[str, Any]:
    return tomllib.loads(DEFINITION)


@pytest.fixture
def definition(organisation: Organisation, written: dict[str, Any]) -> MicroCredential:
    return read_micro_credential(written, awarding_body=organisation)
