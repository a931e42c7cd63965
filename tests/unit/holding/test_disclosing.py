"""A holder shows chosen fields of a sealed wallet credential; nothing else can be read from what is shown."""

import csv
import os
from datetime import UTC, datetime
from importlib import resources

import pytest

from credenza.document import sd_jwt_vc
from credenza.holding import disclose
from credenza.keys import signer
from credenza.proof import sd_jwt
from credenza.record.description import describe

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def sealed(award):
    template = sd_jwt_vc.Template(award.micro_credential, award.issuer, "en")
    key = signer.generate("P-256", key_id="https://university.example#seal")
    frame = sd_jwt.frame((name,) for name in sd_jwt_vc.DISCLOSABLE)
    claims = template.claims(award, issuer="https://university.example")
    return sd_jwt.issue(claims, key, disclosable=frame, randomness=os.urandom, holder_key=None)


def shown(presentation):
    from credenza.encoding import strict_json
    from credenza.proof import jws
    from credenza.proof.sd_jwt.parts import parse
    from credenza.proof.sd_jwt.unpack import unpack

    held = parse(presentation)
    payload = strict_json.loads_object(jws.parse_compact(held.token, understood_critical=jws.NONE_UNDERSTOOD).payload)
    return unpack(payload, held.disclosures).claims


def test_only_the_chosen_fields_can_be_read(sealed):
    claims = shown(disclose(sealed, ["title", "awarding_body", "workload"]))
    assert claims["achievement_title"] == "Data analysis"
    assert "expected_study_time" in claims
    for hidden in ("full_name", "family_name", "birth_date", "assessment_grade", "learning_outcomes"):
        assert hidden not in claims
    assert "Pérez" not in str(claims)


def test_what_is_shown_is_still_sealed(sealed):
    assert disclose(sealed, ["title"]).split("~")[0] == sealed.split("~")[0]


@pytest.mark.parametrize("fields", [[], ["no-such-field"]])
def test_with_no_field_chosen_nothing_of_the_person_is_shown(sealed, fields):
    claims = shown(disclose(sealed, fields))
    assert "Pérez" not in str(claims)
    assert "2001" not in str(claims)


def test_every_line_that_a_learner_can_choose_has_its_claims(award):
    table = resources.files("credenza.holding").joinpath("field_claims.csv").read_text("utf-8")
    rows = {row["field"]: row["claims"].split() for row in csv.DictReader(table.splitlines())}
    assert {line.key for line in describe(award, "en")} <= set(rows)
    assert {claim for claims in rows.values() for claim in claims} <= set(sd_jwt_vc.DISCLOSABLE)
