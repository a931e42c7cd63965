"""The forms for requirements and rules: to and from what ``requirement.toml`` and ``policy.toml`` hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credenza.service.catalogue.text_fields import LanguagesField, LanguagesWidget, TermsField, choice_of
from credenza.service.form_rendering import Day
from credenza.service.recognition.forms.fields import Lines, PlainText
from credenza.service.recognition.models import Requirement
from credenza.service.recognition.words import ASSURANCES, GRADES, OUTCOMES, PURPOSES

_NONE = ("", "—")
_QUALITY = [_NONE, *((name, GRADES[name]) for name in ("strong", "substantial", "weak"))]
_VERIFICATION = [_NONE, *((name, GRADES[name]) for name in ("secure", "some", "limited"))]
_KNOWN_AS = ("self-stated", "institution", "sealed")
_LANGUAGES = ("en", "de", "fr", "es", "fi", "ga")


def _number(label: Any, *, most: int, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_value=most,
        decimal_places=2,
        required=False,
        help_text=help_text,
    )


class RequirementForm(forms.Form):
    """What a credential is compared with; what is left empty is not asked."""

    title = LanguagesField(label=_("What it is"), help_text=_("The course, the part of a programme, or admission."))
    purpose = forms.ChoiceField(label=_("For"), choices=list(PURPOSES.items()))
    country = forms.ChoiceField(label=_("Country"), help_text=_("Whose national framework you read."), required=False)
    eqf = forms.ChoiceField(label=_("EQF level"), required=False)
    nqf = TermsField("nqf", label=_("Level in a national framework"))
    ects = _number(_("ECTS credits"), most=400)
    workload_hours = _number(_("Workload in hours"), most=10_000)
    hours_per_ects = _number(_("Hours of one credit here"), most=30, help_text=_("25 to 30; empty for the range."))
    fields_of_education = TermsField("isced-f", label=_("Fields of education (ISCED-F)"))
    learning_outcomes = Lines(
        label=_("Learning outcomes, one a line"),
        help_text=_("After a | the addresses of ESCO skills: Cleans data | http://data.europa.eu/esco/skill/…"),
        rows=6,
        max_length=20_000,
        required=False,
    )
    least_share = _number(_("At least this share of them"), most=1, help_text=_("0.75 where nothing is said."))
    quality = forms.ChoiceField(label=_("Quality assurance, at least"), choices=_QUALITY, required=False)
    verification = forms.ChoiceField(label=_("Verification, at least"), choices=_VERIFICATION, required=False)
    quality_kinds = forms.MultipleChoiceField(
        label=_("Kinds of quality assurance that count"), widget=forms.CheckboxSelectMultiple, required=False
    )
    assessments = forms.MultipleChoiceField(
        label=_("Assessments that count"), widget=forms.CheckboxSelectMultiple, required=False
    )
    supervision = forms.MultipleChoiceField(
        label=_("Verification of identity that counts"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, written: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.written = dict(written or {})
        super().__init__(*args, initial=_requirement_initial(self.written), **kwargs)
        widget = self.fields["title"].widget
        assert isinstance(widget, LanguagesWidget)
        widget.languages = _LANGUAGES
        for name, terms in (("country", "country"), ("eqf", "eqf")):
            self.fields[name].choices = choice_of(terms)
        for name, terms in (
            ("quality_kinds", "accreditation"),
            ("assessments", "assessment"),
            ("supervision", "supervision"),
        ):
            self.fields[name].choices = choice_of(terms)[1:]

    def form_data(self) -> dict[str, Any]:
        """What ``requirement.toml`` would hold; an outcome that was not touched keeps its languages and skills."""
        said = self.cleaned_data
        known = {_outcome_line(one): one for one in self.written.get("learning_outcomes", ())}
        members = {name: value for name, value in said.items() if value not in (None, "", [], {})}
        members |= {name: str(value) for name, value in members.items() if isinstance(value, Decimal)}
        if "fields_of_education" in members:
            members["fields"] = members.pop("fields_of_education")
        outcomes = [known.get(line) or _outcome_of(line) for line in said["learning_outcomes"]]
        return members | ({"learning_outcomes": outcomes} if outcomes else {})


class PolicyForm(forms.Form):
    """A rule: when everything that it states is shown, it recognises without a person."""

    title = PlainText(label=_("Name of the rule"), max_length=300)
    outcome = forms.ChoiceField(
        label=_("What it does"),
        choices=[
            *((name, word.text) for name, word in OUTCOMES.items() if name != "not"),
            ("a-person", _("Leaves it to a person")),
        ],
    )
    requirements = forms.MultipleChoiceField(
        label=_("For these requirements"),
        help_text=_("None ticked: for all."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    least_eqf = forms.ChoiceField(label=_("EQF level, at least"), required=False)
    least_ects = _number(_("ECTS credits, at least"), most=400)
    least_outcomes = _number(_("Share of the outcomes confirmed, at least"), most=1, help_text=_("From 0 to 1."))
    quality = forms.ChoiceField(label=_("Quality assurance, at least"), choices=_QUALITY, required=False)
    verification = forms.ChoiceField(
        label=_("Verification, at least"),
        choices=[("", GRADES["secure"]), ("some", GRADES["some"]), ("limited", GRADES["limited"])],
        required=False,
    )
    applicant = forms.ChoiceField(
        label=_("That it is the applicant's, at least"),
        help_text=_("A name and a date of birth stand in the file: whoever has found it can state them."),
        choices=[("", ASSURANCES["mail-confirmed"].text), *((name, ASSURANCES[name].text) for name in _KNOWN_AS)],
        required=False,
    )
    accredited = forms.BooleanField(label=_("A register confirms the quality assurance"), required=False)
    identity_verified = forms.BooleanField(label=_("The learner's identity was verified"), required=False)
    requirement_fulfilled = forms.BooleanField(label=_("All that is asked is fulfilled"), required=False)
    providers = Lines(label=_("Only these providers, one a line"), help_text=_("Their DIDs."), rows=2, required=False)
    definitions = Lines(
        label=_("Only these micro-credentials, one a line"), help_text=_("Their addresses."), rows=2, required=False
    )
    countries = TermsField("country", label=_("Only of these countries"))
    most_years_old = _number(_("At most so many years old"), most=100)
    grants_title = PlainText(label=_("Counts as"), max_length=500, required=False)
    grants_id = forms.CharField(
        label=_("Address of what it counts as"),
        help_text=_("Empty: the requirement's own, where one is ticked."),
        max_length=500,
        required=False,
    )
    grants_ects = _number(_("ECTS credits that are granted"), most=400)
    conditions = Lines(label=_("Conditions, one a line"), rows=2, required=False)
    appeal = PlainText(label=_("How to appeal"), rows=2, required=False)
    valid_from = forms.DateField(label=_("From"), widget=Day(), required=False)
    valid_until = forms.DateField(label=_("Until"), widget=Day(), required=False)

    _FLAGS = ("accredited", "identity_verified", "requirement_fulfilled")
    _WHEN = (
        "least_eqf", "least_ects", "least_outcomes", "quality", "verification", "applicant", "providers", "definitions",
        "countries", "most_years_old", *_FLAGS,
    )  # fmt: skip

    def __init__(
        self, *args: Any, written: Mapping[str, Any] | None = None, requirements: list[Requirement], **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_policy_initial(written or {}), **kwargs)
        self.fields["requirements"].choices = [(one.uri, one.title) for one in requirements]
        self.fields["least_eqf"].choices = choice_of("eqf")
        if not requirements:
            del self.fields["requirements"]

    def form_data(self) -> dict[str, Any]:
        """What ``policy.toml`` would hold."""
        said = {name: str(value) if isinstance(value, Decimal) else value for name, value in self.cleaned_data.items()}
        stated = {name: value for name, value in said.items() if value not in (None, "", [], False)}
        when = {name: stated[name] for name in self._WHEN if name in stated}
        members: dict[str, Any] = {name: stated[name] for name in ("title", "outcome") if name in stated}
        for name in ("requirements", "conditions", "appeal"):
            if name in stated:
                members[name] = stated[name]
        for name in ("valid_from", "valid_until"):
            if name in stated:
                members[name] = stated[name].isoformat()
        if "grants_title" in stated and stated.get("outcome") != "a-person":
            named = stated.get("grants_id") or next(iter(stated.get("requirements", ())), "")
            members["counts_as"] = {"id": named, "title": stated["grants_title"]}
            members["counts_as"] |= {"ects": stated["grants_ects"]} if "grants_ects" in stated else {}
        return members | {"when": when}


def _requirement_initial(written: Mapping[str, Any]) -> dict[str, Any]:
    title = written.get("title", {})
    language = str(written.get("language", "en"))
    outcomes = [_outcome_line(one) for one in written.get("learning_outcomes", ())]
    listed = {name: _list(written.get(name)) for name in ("nqf", "quality_kinds", "assessments", "supervision")}
    return {
        **written,
        **listed,
        "title": title if isinstance(title, Mapping) else {language: title},
        "eqf": str(written.get("eqf", "")),
        "fields_of_education": _list(written.get("fields")),
        "learning_outcomes": outcomes,
    }


def _policy_initial(written: Mapping[str, Any]) -> dict[str, Any]:
    when, grant = written.get("when", {}), written.get("counts_as") or {}
    plain = {name: _plain_text(written.get(name)) for name in ("title", "appeal")}
    dates = {name: str(written[name])[:10] for name in ("valid_from", "valid_until") if written.get(name)}
    several = {name: _list(when.get(name)) for name in ("providers", "definitions", "countries")}
    about = {"requirements": _list(written.get("requirements")), "conditions": _list(written.get("conditions"))}
    grants = {f"grants_{name}": _plain_text(grant.get(name)) for name in ("id", "title", "ects")}
    eqf = {"least_eqf": str(when.get("least_eqf", "")), "outcome": written.get("outcome", "full")}
    return {**when, **plain, **dates, **several, **about, **grants, **eqf}


def _outcome_of(line: str) -> dict[str, Any]:
    title, _bar, skills = line.partition("|")
    return {"title": title.strip()} | ({"skills": skills.split()} if skills.strip() else {})


def _outcome_line(one: Mapping[str, Any]) -> str:
    skills = [skill if isinstance(skill, str) else str(skill.get("uri", "")) for skill in _list(one.get("skills"))]
    title = _plain_text(one.get("title"))
    return f"{title} | {' '.join(skills)}" if skills else title


def _plain_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("en") or next(iter(value.values()), ""))
    return "" if value is None else str(value)


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
