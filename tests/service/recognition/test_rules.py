"""Rules that decide by themselves, say which they are, and leave it to a person where they disagree."""

from __future__ import annotations

import pytest

from credenza.errors import CredenzaError
from credenza.service.issuance.models import SigningKey
from credenza.service.recognition import applying, rulebook
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db


def test_a_rule_that_holds_decides_at_once_and_says_that_it_did(make_policy, learner, held, requirement, all_fields):
    policy = make_policy(least_ects="1", least_eqf="6")
    made = applying.apply(learner, held, requirement, all_fields)
    assert (made.state, made.outcome) == ("decided", "full")
    assert made.as_core.final.rule == policy.uri
    assert policy.uri in made.sealed.as_record.micro_credential.further_information.best("en")
    assert HeldCredential.objects.get(award=made.sealed).owner == learner


def test_rules_that_disagree_decide_nothing_and_both_are_named(make_policy, learner, held, requirement, all_fields):
    one = make_policy(least_ects="1")
    other = make_policy("partial", "Only in part", least_eqf="6")
    made = applying.apply(learner, held, requirement, all_fields)
    assert made.state == "received"
    note = made.as_core.history[-1].note
    assert one.uri in note
    assert other.uri in note


def test_what_a_learner_keeps_to_themself_is_not_known_to_a_rule(make_policy, learner, held, requirement):
    make_policy(least_ects="1")
    assert applying.apply(learner, held, requirement, ["learning_outcomes", "birth_date"]).state == "received"


def test_a_desk_that_cannot_seal_leaves_it_to_a_person(make_policy, learner, held, requirement, all_fields, institute):
    make_policy(least_ects="1")
    SigningKey.objects.filter(organisation=institute, purpose="seal").delete()
    made = applying.apply(learner, held, requirement, all_fields)
    assert (made.state, made.outcome, made.sealed) == ("received", "", None)


def test_a_withdrawn_rule_decides_nothing(make_policy, learner, held, requirement, all_fields, evaluator):
    rulebook.withdraw(make_policy(least_ects="1"), actor=evaluator)
    assert applying.apply(learner, held, requirement, all_fields).state == "received"


TOML = b"""
[[requirements]]
id = "https://uni.example/courses/42"
title = { en = "Statistics", fi = "Tilastotiede" }
purpose = "course"
eqf = 6

[[policies]]
id = "https://uni.example/rules/1"
title = "Rule 1"
owner = "Somebody else"
outcome = "a-person"
when = { least_ects = 3 }
"""


def test_a_toml_file_brings_requirements_and_rules_of_this_institution(institute, evaluator):
    requirement, policy = rulebook.import_toml(institute, TOML, actor=evaluator)
    assert requirement.as_record.title.best("fi") == "Tilastotiede"
    assert policy.as_record.owner == institute.name
    with pytest.raises(CredenzaError) as caught:
        rulebook.import_toml(institute, TOML, actor=evaluator)
    assert caught.value.code == "requirement-exists"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "toml-invalid"),
        (b"a = " + b"[" * 100_000, "toml-invalid"),
        (b"requirements = 3", "toml-invalid"),
        (b"", "toml-invalid"),
        (TOML.replace(b"Rule 1", b"Rule \\u0000"), "toml-invalid"),
        (b"#" * 600_000, "file-too-large"),
        (TOML.replace(b'purpose = "course"', b'purpose = "fun"'), "requirement-invalid"),
        (TOML.replace(b"{ least_ects = 3 }", b"{}"), "policy-invalid"),
    ],
)
def test_a_hostile_or_wrong_file_brings_nothing(institute, evaluator, data, code):
    with pytest.raises(CredenzaError) as caught:
        rulebook.import_toml(institute, data, actor=evaluator)
    assert caught.value.code == code
    assert not institute.requirements.exists()
    assert not institute.recognition_policies.exists()
