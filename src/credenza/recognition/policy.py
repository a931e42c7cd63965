"""Rules by which an institution recognises without a person: each has an owner, and says exactly when it holds.

A rule grants; it never refuses: a refusal concerns a person and is a person's to make (GDPR article 22). A rule may
also say that such a credential is always for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, field_validator

from credenza.recognition.decision import CountsAs
from credenza.recognition.person import Assurance
from credenza.recognition.requirement import Quality, Verification
from credenza.recognition.requirement_file import choice
from credenza.record.concept import Concept, check_uri
from credenza.record.form import Form, refuse
from credenza.record.instant import Instant
from credenza.record.text import Frozen, Line, Text


class RuleOutcome(StrEnum):
    """What a rule does where it holds."""

    FULL = "full"
    PARTIAL = "partial"
    WITH_CONDITIONS = "with-conditions"
    A_PERSON = "a-person"


class When(Frozen):
    """When a rule holds: everything that is stated must be shown; what is not known does not hold.

    ``accredited`` asks that a register confirms the quality assurance; ``providers`` are ids of awarding bodies who
    issue themselves, or through an issuer on the same list. ``verification`` is "secure" unless the owner says less;
    ``applicant``, how well it is known that the credential is the applicant's, "mail-confirmed" unless the owner says
    otherwise: a name and a birth date that somebody only states decide nothing by themselves.
    """

    accredited: bool = False
    quality: Quality | None = None
    verification: Verification = Verification.SECURE
    applicant: Assurance = Assurance.MAIL_CONFIRMED
    least_eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    least_ects: Annotated[Decimal, Field(gt=0)] | None = None
    least_outcomes: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    identity_verified: bool = False
    requirement_fulfilled: bool = False
    providers: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    countries: tuple[Concept, ...] = ()
    most_years_old: Annotated[Decimal, Field(gt=0, le=100)] | None = None

    @property
    def states_something(self) -> bool:
        return bool(self.model_fields_set - {"verification", "applicant"})


class Policy(Frozen):
    """One rule. ``requirements`` limits it to some requirements; ``owner`` answers for it."""

    id: str
    title: Text
    owner: Line
    outcome: RuleOutcome
    when: When
    requirements: tuple[str, ...] = ()
    counts_as: CountsAs | None = None
    conditions: tuple[Line, ...] = ()
    appeal: str = ""
    valid_from: Instant | None = None
    valid_until: Instant | None = None

    _id = field_validator("id")(check_uri)


def read_policies(data: Mapping[str, Any]) -> tuple[Policy, ...]:
    """The rules of a TOML or JSON file: one, or several as ``[[policies]]``.

    Raises:
        MalformedInput: ``policy-invalid`` with every problem in ``problems``.
    """
    form = Form(data, "en")
    forms = list(form.forms("policies")) if "policies" in data else [form]
    made = [_policy(one) for one in forms]
    if "policies" in data:
        form.finish()
    ids = [one.id for one in made if one is not None]
    for name in sorted({one for one in ids if ids.count(one) > 1}):
        form.problem("id", "policy-twice", f"Two rules have the id {name}.")
    refuse(form.problems, "policy-invalid", "The policy")
    return tuple(one for one in made if one is not None)


def _policy(form: Form) -> Policy | None:
    before = len(form.problems)
    when, grant = form.form("when"), form.form("counts_as")
    members = {
        "id": form.line("id", required=True),
        "title": form.text("title", required=True),
        "owner": form.line("owner", required=True),
        "outcome": choice(form, "outcome", RuleOutcome, required=True),
        "requirements": lines(form, "requirements"),
        "counts_as": read_counts_as(grant) if grant else None,
        "conditions": lines(form, "conditions"),
        "appeal": form.line("appeal") or "",
        "valid_from": form.instant("valid_from"),
        "valid_until": form.instant("valid_until"),
        "when": _when(when) if when else None,
    }
    form.finish()
    if members["when"] is None:
        form.problem("when", "missing", "A rule says when it holds.")
    elif isinstance(members["when"], When) and not members["when"].states_something:
        form.problem("when", "policy-unconditional", "A rule that holds for every credential is no rule.")
    if members["outcome"] not in (None, RuleOutcome.A_PERSON) and members["counts_as"] is None:
        form.problem("counts_as", "missing", "A rule that recognises says what the learning counts as.")
    if members["outcome"] in (RuleOutcome.PARTIAL, RuleOutcome.WITH_CONDITIONS) and not members["appeal"]:
        form.problem("appeal", "missing", "Less than full recognition tells how to appeal.")
    if members["outcome"] is RuleOutcome.WITH_CONDITIONS and not members["conditions"]:
        form.problem("conditions", "missing", "Recognition with conditions names them.")
    if len(form.problems) > before:
        return None
    return form.build("policy", lambda: Policy.model_validate(members))


def _when(form: Form) -> When | None:
    eqf = form.concept("least_eqf", "eqf")
    members = {
        "accredited": _flag(form, "accredited"),
        "quality": choice(form, "quality", Quality),
        "verification": choice(form, "verification", Verification),
        "applicant": choice(form, "applicant", Assurance),
        "least_eqf": int(eqf.notation) if eqf else None,
        "least_ects": form.decimal("least_ects"),
        "least_outcomes": form.decimal("least_outcomes"),
        "identity_verified": _flag(form, "identity_verified"),
        "requirement_fulfilled": _flag(form, "requirement_fulfilled"),
        "providers": lines(form, "providers"),
        "definitions": lines(form, "definitions"),
        "countries": form.concepts("countries", "country"),
        "most_years_old": form.decimal("most_years_old"),
    }
    form.finish()
    stated = {name: value for name, value in members.items() if value not in (None, (), False)}
    return form.build("when", lambda: When.model_validate(stated))


def read_counts_as(form: Form) -> CountsAs | None:
    """What a decision grants: ``{ id, title, ects }``."""
    uri, title, ects = form.line("id", required=True), form.text("title", required=True), form.decimal("ects")
    form.finish()
    return form.build("id", lambda: CountsAs(id=uri or "", title=title, ects=ects)) if uri and title else None


def lines(form: Form, name: str) -> tuple[str, ...]:
    """One text or a list of texts."""
    value = form.take(name)
    values = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and one.strip() for one in values):
        form.problem(name, "wrong-type", f"{form.place(name)} must be a text, or a list of texts.")
        return ()
    return tuple(one.strip() for one in values)


def _flag(form: Form, name: str) -> bool:
    value = form.take(name)
    if value is not None and not isinstance(value, bool):
        form.problem(name, "wrong-type", f"{form.place(name)} must be true or false.")
    return value is True
