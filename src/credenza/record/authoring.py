"""What a provider writes by hand: the organisation file and the definition of a micro-credential, read into the record.

Terms may be given by code, label or URI; every problem is named with its place and the nearest known term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from credenza.record.concept import Concept
from credenza.record.form import Built, Form, refuse
from credenza.record.instant import duration_of
from credenza.record.micro_credential import (
    ECTS,
    SHORT_LEARNING_PROGRAMME,
    Assessment,
    Credit,
    GradingScheme,
    Integration,
    LargerAward,
    LearningOutcome,
    MicroCredential,
    PartOffered,
    Stackability,
    WebPage,
)
from credenza.record.organisation import Accreditation, Identifier, IdentifierKind, Location, Media, Organisation

_LEGAL = frozenset({IdentifierKind.EIDAS, IdentifierKind.VAT, IdentifierKind.TAX, IdentifierKind.REGISTRATION})


def read_organisation(data: Mapping[str, Any], *, logo: Media | None = None) -> Organisation:
    """The organisation file (``organisation.toml``) as an organisation.

    Raises:
        MalformedInput: ``organisation-invalid`` with every problem in ``problems``.
    """
    form = Form(data, _language(data))
    form.asked |= {"language", "logo"}
    organisation = _organisation(form, logo=logo, with_accreditations=True)
    form.finish()
    refuse(form.problems, "organisation-invalid", "The organisation file")
    assert organisation is not None
    return organisation


def read_micro_credential(data: Mapping[str, Any], *, awarding_body: Organisation) -> MicroCredential:
    """The definition of a micro-credential (``micro-credential.toml``); the awarding body is the issuer unless named.

    Raises:
        MalformedInput: ``definition-invalid`` with every problem in ``problems``.
    """
    form = Form(data, _language(data))
    form.asked.add("language")
    definition = _micro_credential(form, awarding_body)
    form.finish()
    refuse(form.problems, "definition-invalid", "The definition")
    assert definition is not None
    return definition


def _language(data: Mapping[str, Any]) -> str:
    language = data.get("language", "en")
    return language if isinstance(language, str) and len(language) == 2 else "en"


def _micro_credential(form: Form, awarding_body: Organisation) -> MicroCredential | None:
    own_body = form.form("awarding_body")
    if own_body is not None:
        body = _organisation(own_body, with_accreditations=True)
        own_body.finish()
    else:
        body = awarding_body
    hours = form.decimal("workload_hours")
    members = {
        "id": form.line("id", required=True),
        "title": form.text("title", required=True),
        "awarding_body": body,
        "description": form.text("description"),
        "kind": form.concept("kind", "learning-opportunity") or Concept(uri=SHORT_LEARNING_PROGRAMME),
        "identifiers": _identifiers(form, None),
        "languages": form.concepts("languages", "language"),
        "learning_outcomes": _each(form, "learning_outcomes", read_outcome),
        "outcome_summary": form.text("outcome_summary"),
        "workload": duration_of(hours) if hours is not None else form.line("workload"),
        "credits": _credits(form),
        "eqf_level": form.concept("eqf", "eqf"),
        "qf_ehea_cycle": form.concept("qf_ehea", "qf-ehea"),
        "nqf_levels": form.concepts("nqf", "nqf"),
        "participation": form.concepts("participation", "mode"),
        "assessments": _each(form, "assessments", _assessment),
        "quality_assurance": _accreditations(form, "quality_assurance"),
        "prerequisites": form.text("prerequisites"),
        "stackability": _stackability(form),
        "fields": form.concepts("fields", "isced-f"),
        "learning_setting": form.concept("learning_setting", "learning-setting"),
        "maximum_duration": form.line("maximum_duration"),
        "further_information": form.text("further_information"),
        "homepage": form.line("homepage"),
        "documents": _each(form, "documents", _page),
        "parts": _each(form, "parts", _part_offered),
    }
    if members["id"] is None or members["title"] is None or body is None:
        return None
    return form.build("definition", lambda: MicroCredential.model_validate(members))


def _organisation(form: Form, *, logo: Media | None = None, with_accreditations: bool = False) -> Organisation | None:
    country = form.concept("country", "country")
    regions = form.concepts("regions", "nuts")
    address, place = form.text("address"), form.text("place")
    located = country or regions or address or place
    members = {
        "id": form.line("id", required=True),
        "legal_name": form.text("legal_name", required=True),
        "other_names": form.text("other_names"),
        "identifiers": _identifiers(form, country),
        "location": Location(country=country, regions=regions, address=address, name=place) if located else None,
        "homepage": form.line("homepage"),
        "email": form.line("email"),
        "phone": form.line("phone"),
        "logo": logo,
        "accreditations": _accreditations(form, "accreditations") if with_accreditations else (),
    }
    if members["id"] is None or members["legal_name"] is None:
        return None
    return form.build("organisation", lambda: Organisation.model_validate(members))


def _identifiers(form: Form, country: Concept | None) -> tuple[Identifier, ...]:
    """The table ``identifiers``: ``vat = "IE1234567X"``; legal identifiers are valid in the organisation's country."""
    part = form.form("identifiers")
    if part is None:
        return ()
    found = []
    for kind in IdentifierKind:
        value = part.line(kind.value)
        if value is not None:
            where = country if kind in _LEGAL else None
            made = part.build(kind.value, lambda k=kind, v=value, w=where: Identifier(kind=k, value=v, country=w))  # type: ignore[misc]
            found += [made] if made else []
    part.finish()
    return tuple(found)


def _credits(form: Form) -> tuple[Credit, ...]:
    found = []
    ects = form.decimal("ects")
    if ects is not None:
        found.append(Credit(framework=Concept(uri=ECTS), points=ects))
    for part in form.forms("credits"):
        framework, points = part.concept("framework", "credit", required=True), part.decimal("points")
        part.finish()
        if framework is not None and points is not None:
            found.append(Credit(framework=framework, points=points))
    return tuple(found)


def read_outcome(part: Form) -> LearningOutcome | None:
    """One learning outcome of a form, with its ESCO skills."""
    members = {
        "title": part.text("title", required=True),
        "kind": part.concept("kind", "skill-type"),
        "skills": part.concepts("skills", "esco"),
        "other_skills": part.concepts("other_skills", "esco"),
        "reusability": part.concept("reusability", "skill-reuse"),
        "note": part.text("note"),
    }
    part.finish()
    return part.build("title", lambda: LearningOutcome.model_validate(members)) if members["title"] else None


_PLACES = {"supervised-online-with-id": "online", "supervised-on-site-with-id": "on-site"}


def _with_place(part: Form) -> Form:
    """Annex I tells supervision online from on-site; the official terms do not, so the mode says where it was."""
    stated = str(part.data.get("supervision", "")).strip().lower().replace("onsite", "on-site").replace(" ", "-")
    place = _PLACES.get(stated.replace("identity-verification", "id"))
    if place is None:
        return part
    if part.data.get("mode", place) != place:
        part.problem(
            "mode", "mode-contradicts-supervision", f"It is supervised {place}, which another mode contradicts."
        )
    return replace(part, data={**part.data, "supervision": "supervised-with-id", "mode": place})


def _assessment(part: Form) -> Assessment | None:
    part = _with_place(part)
    scheme = part.form("grading_scheme")
    grading = None
    if scheme is not None:
        title, description = scheme.text("title", required=True), scheme.text("description")
        scheme.finish()
        grading = GradingScheme(title=title, description=description) if title else None
    members = {
        "title": part.text("title", required=True),
        "kind": part.concept("type", "assessment"),
        "mode": part.concept("mode", "mode"),
        "supervision": part.concept("supervision", "supervision"),
        "description": part.text("description"),
        "languages": part.concepts("languages", "language"),
        "grading_scheme": grading,
    }
    part.finish()
    return part.build("title", lambda: Assessment.model_validate(members)) if members["title"] else None


def _accreditations(form: Form, name: str) -> tuple[Accreditation, ...]:
    return _each(form, name, _accreditation)


def _each(form: Form, name: str, read: Callable[[Form], Built | None]) -> tuple[Built, ...]:
    return tuple(one for part in form.forms(name) if (one := read(part)) is not None)


def _accreditation(part: Form) -> Accreditation | None:
    agency_form = part.form("agency")
    agency = None
    if agency_form is None:
        part.problem("agency", "missing", f"{part.place('agency')} is missing.")
    else:
        agency = _organisation(agency_form)
        agency_form.finish()
    references = _identifiers(part, None)
    members = {
        "id": part.line("id", required=True),
        "kind": part.concept("type", "accreditation", required=True),
        "title": part.text("title", required=True),
        "agency": agency,
        "reference": references[0] if references else None,
        "report": part.line("report"),
        "status": part.line("status"),
        "description": part.text("description"),
        "homepage": part.line("homepage"),
        "valid_from": part.instant("valid_from"),
        "valid_until": part.instant("valid_until"),
        "review_date": part.instant("review_date"),
        "organisation_id": part.line("organisation_id"),
        "qualification_id": part.line("qualification_id"),
        "eqf_levels": part.concepts("eqf_levels", "eqf"),
        "fields": part.concepts("fields", "isced-f"),
        "jurisdictions": part.concepts("jurisdictions", "country"),
        "credential_types": part.concepts("credential_types", "credential-type"),
    }
    part.finish()
    if any(members[name] is None for name in ("id", "kind", "title", "agency")):
        return None
    return part.build("accreditation", lambda: Accreditation.model_validate(members))


def _stackability(form: Form) -> Stackability | None:
    part = form.form("stackability")
    if part is None:
        return None
    kind = part.line("integration", required=True)
    towards = []
    for target in part.forms("towards"):
        title, uri = target.text("title", required=True), target.line("id")
        target.finish()
        towards += [LargerAward(title=title, id=uri)] if title else []
    part.finish()
    if kind not in tuple(Integration):
        part.problem("integration", "term-unknown", f"{kind!r} is none of {', '.join(Integration)}.")
        return None
    return Stackability(integration=Integration(kind), towards=tuple(towards))


def _part_offered(part: Form) -> PartOffered | None:
    title, uri = part.text("title", required=True), part.line("id")
    part.finish()
    return PartOffered(title=title, id=uri) if title else None


def _page(part: Form) -> WebPage | None:
    url, title = part.line("url", required=True), part.text("title")
    part.finish()
    return part.build("url", lambda: WebPage(url=url or "", title=title))
