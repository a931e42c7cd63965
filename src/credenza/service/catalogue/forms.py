"""The designer's form: what a person fills in, to and from the form of ``record.authoring``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credenza.service.catalogue.draft_forms import PartForms
from credenza.service.catalogue.form_values import listed, number, present, texts
from credenza.service.catalogue.models import EscoSkill
from credenza.service.catalogue.text_fields import LanguagesField, TermsField, choice_of
from credenza.service.form_rendering import Day, InSections
from credenza.vocabulary import LANGUAGES

INTEGRATIONS = (
    ("", "—"),
    ("stand-alone", _("It stands alone")),
    ("integrated", _("It is part of a larger award")),
    ("stackable", _("It counts towards a larger award")),
)


class DefinitionForm(InSections, forms.Form):
    """What is offered; the parts that repeat have forms of their own."""

    SECTIONS = (
        (_("What it is"), (("template_languages",), ("title",), ("description",), ("languages",), ("fields",))),
        (_("Workload and level"), (("ects", "workload_hours"), ("eqf", "qf_ehea"), ("nqf",))),
        (_("Taking part"), (("participation",), ("prerequisites",))),
        (_("Where it leads"), (("integration",), ("towards",), ("homepage",), ("further_information",))),
    )

    demanded_elsewhere = True  # by the European standard, whose findings stand beside the fields

    template_languages = TermsField(
        "language", label=_("Languages of this description"), help_text=_("Each text can be given in each of these.")
    )
    title = LanguagesField(
        label=_("Title"), help_text=_("In the language of instruction, and in English."), required=False
    )
    description = LanguagesField(label=_("Short description"), long=True, required=False)
    languages = TermsField("language", label=_("Languages of instruction"))
    fields = TermsField("isced-f", label=_("Fields of education (ISCED-F)"))
    ects = forms.DecimalField(
        label=_("ECTS credits"), min_value=Decimal("0.01"), max_value=400, decimal_places=2, required=False
    )
    workload_hours = forms.DecimalField(
        label=_("Workload in hours"),
        help_text=_("One ECTS credit stands for 25 to 30 hours."),
        min_value=Decimal("0.5"),
        max_value=10_000,
        decimal_places=2,
        required=False,
    )
    eqf = forms.ChoiceField(label=_("EQF level"), required=False)
    qf_ehea = forms.ChoiceField(label=_("Cycle of higher education (QF-EHEA)"), required=False)
    nqf = TermsField("nqf", label=_("Level in a national framework"))
    participation = forms.MultipleChoiceField(
        label=_("Form of participation"), widget=forms.CheckboxSelectMultiple, required=False
    )
    prerequisites = LanguagesField(label=_("Prerequisites to enrol"), required=False)
    integration = forms.ChoiceField(label=_("Stackability"), choices=INTEGRATIONS, required=False)
    towards = LanguagesField(label=_("Towards which award"), required=False)
    homepage = forms.URLField(label=_("Web page"), required=False, max_length=500, assume_scheme="https")
    further_information = LanguagesField(label=_("Further information"), long=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["eqf"].choices = choice_of("eqf")
        self.fields["qf_ehea"].choices = choice_of("qf-ehea")
        self.fields["participation"].choices = choice_of("mode")[1:]
        self.findings: dict[str, list[Any]] = {}


class OutcomeForm(forms.Form):
    """One statement of what the learner knows, understands or can do."""

    demanded_elsewhere = True  # by the European standard, whose findings stand beside the fields

    title = LanguagesField(label=_("Learning outcome"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    skills = TermsField(
        "esco", label=_("Skills (ESCO)"), help_text=_("Search by name, or give the address of the skill.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choice_of("skill-type")


class AssessmentForm(forms.Form):
    """How the outcomes are assessed."""

    demanded_elsewhere = True  # by the European standard, whose findings stand beside the fields

    title = LanguagesField(label=_("Assessment"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    mode = forms.ChoiceField(label=_("Where"), required=False)
    supervision = forms.ChoiceField(label=_("Supervision and identity check"), required=False)
    grading = LanguagesField(label=_("Grading scheme"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, terms in (("type", "assessment"), ("mode", "mode"), ("supervision", "supervision")):
            self.fields[name].choices = choice_of(terms)


class QualityForm(forms.Form):
    """Who assures the quality of the programme, and where that can be looked up."""

    demanded_elsewhere = True  # by the European standard, whose findings stand beside the fields

    title = LanguagesField(label=_("Decision or accreditation"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    id = forms.URLField(label=_("Address of the decision"), required=False, max_length=500, assume_scheme="https")
    agency = forms.CharField(label=_("Agency"), max_length=300, required=False)
    agency_url = forms.URLField(label=_("Address of the agency"), required=False, max_length=500, assume_scheme="https")
    deqar = forms.CharField(label=_("Number in DEQAR"), max_length=100, required=False)
    valid_from = forms.DateField(label=_("From"), required=False, widget=Day())
    valid_until = forms.DateField(label=_("Until"), required=False, widget=Day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = choice_of("accreditation")


FORMSETS = {
    name: forms.formset_factory(form, formset=PartForms, extra=0, can_delete=True, max_num=most)
    for name, form, most in (
        ("outcomes", OutcomeForm, 60),
        ("assessments", AssessmentForm, 20),
        ("quality", QualityForm, 20),
    )
}


def initial_of(form: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """What the pages show of a stored form: the initial values of the main form, and of each set of parts."""
    language = str(form.get("language", "en"))
    stack = form.get("stackability") or {}
    towards = (stack.get("towards") or [{}])[0]
    main = {name: form.get(name) for name in ("ects", "workload_hours", "eqf", "qf_ehea", "homepage")}
    main |= {
        name: texts(form.get(name), language)
        for name in ("title", "description", "prerequisites", "further_information")
    }
    main |= {
        name: [str(one) for one in listed(form.get(name))] for name in ("languages", "fields", "nqf", "participation")
    }
    main |= {"integration": stack.get("integration", ""), "towards": texts(towards.get("title"), language)}
    main["template_languages"] = listed(form.get("template_languages")) or list(main["title"]) or [language]
    parts = {
        "outcomes": [_outcome(one, language) for one in form.get("learning_outcomes", [])],
        "assessments": [_assessment(one, language) for one in form.get("assessments", [])],
        "quality": [_quality(one, language) for one in form.get("quality_assurance", [])],
    }
    return main, parts


def form_of(
    main: Mapping[str, Any], parts: Mapping[str, list[dict[str, Any]]], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The form to store; what these pages do not show (a term of the author's own, documents) is kept from before."""
    shown = {
        "language": next((one for one in main["template_languages"] if one in LANGUAGES), "en"),
        "template_languages": main["template_languages"],
        "ects": number(main["ects"]),
        "workload_hours": number(main["workload_hours"]),
        "learning_outcomes": [
            present({**one, "skills": _skills(one.get("skills", []), before)}) for one in parts["outcomes"]
        ],
        "assessments": [_stored_assessment(one) for one in parts["assessments"]],
        "quality_assurance": [_stored_quality(one) for one in parts["quality"]],
        "stackability": _stored_stack(main),
    }
    plain = ("title", "description", "languages", "fields", "eqf", "qf_ehea", "nqf", "participation", "prerequisites",
             "homepage", "further_information")  # fmt: skip
    shown |= {name: main[name] for name in plain}
    kept = {name: value for name, value in before.items() if name not in shown}
    return kept | present(shown)


def authored(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form as ``record.authoring`` reads it, without what only these pages need."""
    return {name: value for name, value in form.items() if name != "template_languages"}


def _outcome(one: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {"title": texts(one.get("title"), language), "kind": one.get("kind", ""), "skills": one.get("skills", [])}


def _assessment(one: Mapping[str, Any], language: str) -> dict[str, Any]:
    grading = (one.get("grading_scheme") or {}).get("title")
    simple = {name: one.get(name, "") for name in ("type", "mode", "supervision")}
    return simple | {"title": texts(one.get("title"), language), "grading": texts(grading, language)}


def _quality(one: Mapping[str, Any], language: str) -> dict[str, Any]:
    agency = one.get("agency") or {}
    names = agency.get("legal_name")
    simple = {name: one.get(name) for name in ("id", "type", "valid_from", "valid_until")}
    return simple | {
        "title": texts(one.get("title"), language),
        "agency": names if isinstance(names, str) else next(iter((names or {}).values()), ""),
        "agency_url": agency.get("id", ""),
        "deqar": (one.get("identifiers") or {}).get("deqar", ""),
    }


def _skills(uris: list[str], before: Mapping[str, Any]) -> list[Any]:
    """Skills by address; one that came with a label of its own keeps it."""
    known = {
        skill["uri"]: skill
        for outcome in before.get("learning_outcomes", [])
        for skill in outcome.get("skills", [])
        if isinstance(skill, Mapping)
    }
    return [known.get(uri) or _labelled(uri) for uri in uris]


def _labelled(uri: str) -> Any:
    skill = EscoSkill.objects.filter(uri=uri).first()
    scheme = "http://data.europa.eu/esco/concept-scheme/skills"
    return {"uri": uri, "label": skill.labels, "scheme": scheme} if skill else uri


def _stored_assessment(one: Mapping[str, Any]) -> dict[str, Any]:
    grading = {"title": one["grading"]} if one.get("grading") else None
    return present(
        {**{name: one.get(name) for name in ("title", "type", "mode", "supervision")}, "grading_scheme": grading}
    )


def _stored_quality(one: Mapping[str, Any]) -> dict[str, Any]:
    agency = present({"id": one.get("agency_url"), "legal_name": one.get("agency")})
    identifiers = {"deqar": one["deqar"]} if one.get("deqar") else None
    dates = {name: value.isoformat() if (value := one.get(name)) else None for name in ("valid_from", "valid_until")}
    simple = {name: one.get(name) for name in ("id", "type", "title")}
    return present({**simple, **dates, "agency": agency or None, "identifiers": identifiers})


def _stored_stack(main: Mapping[str, Any]) -> dict[str, Any] | None:
    if not main["integration"]:
        return None
    towards = [{"title": main["towards"]}] if main["towards"] else []
    return {"integration": main["integration"], "towards": towards}
