"""The columns of a class list, and what a person reads for them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from credenza.adapters.class_list_template import TemplateWords, write_template
from credenza.record import MicroCredential
from credenza.record.class_list import Column, columns
from credenza.service.telling import told

_LABELS = {
    "award": _("Award number"),
    "given_name": _("Given name(s)"),
    "family_name": _("Family name"),
    "full_name": _("Full name"),
    "birth_date": _("Date of birth"),
    "national_id": _("National identifier"),
    "national_id_country": _("Country of the national identifier"),
    "esi": _("European Student Identifier"),
    "learner_did": _("Learner's DID (wallet)"),
    "email": _("E-mail"),
    "student_number": _("Student number"),
    "awarded": _("Date of award"),
    "grade": _("Grade"),
    "supervision": _("Supervision"),
    "valid_until": _("Valid until"),
    "certificate_number": _("Certificate number"),
    "evidence_url": _("Evidence (web address)"),
}


def label(key: str) -> str:
    """What a person reads for a column, such as ``grade_2``."""
    base, _underscore, number = key.rpartition("_")
    if number.isdigit():
        return gettext("%(what)s, assessment %(number)s") % {"what": label(base), "number": number}
    return str(_LABELS.get(key, key))


def told_columns() -> list[Column]:
    """The columns of the template in the reader's language; an upload knows each by this name."""
    return [replace(one, label=label(one.key), help=told(one.help)) for one in columns()]


def template_words() -> TemplateWords:
    """What else stands in a template."""
    return TemplateWords(
        sheet=gettext("Class list"),
        help=gettext("Help"),
        title=gettext("Class list for: {title}"),
        rule=gettext("One row for each learner. Names, and one of: date of birth, national identifier, ESI, DID."),
        refusal=gettext("Choose a term of the list."),
        refusal_title=gettext("Unknown term"),
    )


def template(definition: MicroCredential) -> bytes:
    """An empty class list to fill in (XLSX), in the reader's language."""
    out = BytesIO()
    write_template(definition, told_columns(), out, words=template_words(), language=get_language() or "en")
    return out.getvalue()


def choices(definition: MicroCredential) -> list[tuple[str, str]]:
    """What a column of a file may hold, for this micro-credential; the first means that it is left out."""
    keys = [column.key for column in columns()]
    for number in range(2, min(len(definition.assessments), 9) + 1):
        keys += [f"grade_{number}", f"supervision_{number}"]
    return [("", gettext("Leave out")), *((key, label(key)) for key in keys)]
