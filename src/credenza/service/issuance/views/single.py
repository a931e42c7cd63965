"""Issuing one by one, by a form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from credenza.errors import CredenzaError
from credenza.record import MicroCredential
from credenza.record.class_list import BadRow, Row
from credenza.record.class_list_row import RowReader
from credenza.service.accounts.access import member
from credenza.service.accounts.console import console_page
from credenza.service.accounts.models import Organisation, Role
from credenza.service.catalogue.models import DefinitionVersion
from credenza.service.countries import countries
from credenza.service.form_rendering import Day
from credenza.service.issuance import batches, issuing
from credenza.service.issuance.class_list_columns import choices
from credenza.service.issuance.offered import offered
from credenza.vocabulary import vocabulary

_DATES = ("birth_date", "awarded", "valid_until")
_LEARNER = (
    (gettext_lazy("The name"), (("given_name", "family_name"), ("full_name",))),
    (
        gettext_lazy("Who it is: at least one of these"),
        (("birth_date", "esi"), ("national_id", "national_id_country"), ("learner_did",)),
    ),
    (gettext_lazy("How they are reached"), (("email", "student_number"),)),
)
_HELP = {
    "full_name": gettext_lazy("Where a name has no such parts, or is not written in this order."),
    "email": gettext_lazy("Without one no letter is sent."),
    "awarded": gettext_lazy("The day of issuing, if you leave it empty."),
}
_DEMANDED = frozenset({"given_name", "family_name", "birth_date", "esi", "national_id", "learner_did"})


class LearnerForm(forms.Form):
    """One row of a class list as a form: the same columns, read by the same rules."""

    def __init__(self, definition: MicroCredential, *args: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(*args, initial=initial)
        self._definition = definition
        for key, label in choices(definition)[1:]:
            self.fields[key] = _field(key, label)
            self.fields[key].help_text = _HELP.get(key, "")
            self.fields[key].demanded_elsewhere = key in _DEMANDED

    @property
    def sections(self) -> list[tuple[Any, list[list[Any]]]]:
        """The learner first, then what was achieved, as the template draws them."""
        graded = [(name, name.replace("grade", "supervision")) for name in self.fields if name.startswith("grade")]
        achieved = (("awarded", "valid_until"), *graded, ("certificate_number", "evidence_url"))
        own = tuple((name,) for name in self.fields if name.startswith("_"))
        legends = (*_LEARNER, (_("What was achieved"), achieved), *([(_("The certificate"), own)] if own else []))
        return [(legend, [[self[name] for name in row] for row in rows]) for legend, rows in legends]

    def cells(self) -> dict[str, str]:
        """What was filled in, column by column."""
        return {key: self.data.get(key, "").strip()[:600] for key in self.fields}

    def read(self) -> Row | None:
        """The row, or None with every problem shown at its field."""
        cells = {key: value for key, value in self.cells().items() if value}
        read = RowReader(cells, self._definition, timezone.now().date(), {}).read(1)
        if isinstance(read, BadRow):
            for problem in read.problems:
                where = problem.where if problem.where in self.fields else None
                self.add_error(where, problem.message)
            return None
        return read


class IssueForm(LearnerForm):
    """A learner; who issues at once also says in which language, and whether the learner is told by mail."""

    def __init__(self, definition: MicroCredential, *args: Any, four_eyes: bool) -> None:
        super().__init__(definition, *args)
        if four_eyes:  # the second person says it
            return
        self.fields["_language"] = forms.ChoiceField(
            label=_("Language of the certificate and the letter"), choices=settings.LANGUAGES
        )
        self.fields["_mail"] = forms.BooleanField(label=_("Tell the learner by mail"), required=False, initial=True)

    def read(self) -> Row | None:
        chosen = {name: self.fields.pop(name) for name in ("_language", "_mail") if name in self.fields}
        try:
            return super().read()
        finally:
            self.fields.update(chosen)


def _field(key: str, label: str) -> forms.Field:
    reader = get_language() or "en"
    if key.startswith("supervision"):
        terms = [(term.notation, term.label(reader)) for term in vocabulary("supervision")]
        return forms.ChoiceField(label=label, required=False, choices=[("", gettext_lazy("As described")), *terms])
    if key == "national_id_country":
        return forms.ChoiceField(label=label, required=False, choices=[("", gettext_lazy("Not said")), *countries()])
    if key in _DATES:
        return forms.CharField(label=label, required=False, widget=Day())
    kind = {"email": "email", "evidence_url": "url"}.get(key, "text")
    return forms.CharField(
        label=label,
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"type": kind, "dir": "auto", "autocomplete": "off"}),
    )


@member(Role.ISSUER)
def issue_one(request: HttpRequest, organisation: Organisation, definition: UUID) -> HttpResponse:
    """One learner, by a form."""
    version = offered(organisation, definition)
    form = IssueForm(version.as_record, request.POST or None, four_eyes=organisation.four_eyes)
    if request.method == "POST" and (row := form.read()) is not None:
        try:
            return _issue(request, organisation, version, row)
        except CredenzaError as error:
            form.add_error(None, error.message)
    context = {"form": form, "version": version}
    return console_page(request, "issuance/one.html", "issue", context, status=422 if form.errors else 200)


def _issue(request: HttpRequest, organisation: Organisation, version: DefinitionVersion, row: Row) -> HttpResponse:
    """Issue at once; where a second person must approve, let it wait for one as a class list of one row."""
    if organisation.four_eyes:
        cells = {key: value for key, value in request.POST.items() if batches.is_column(key) and value.strip()}
        batch = batches.from_records(version, [cells], actor=request.user)
        messages.success(request, _("This waits for somebody else to approve it."))
        return redirect("issue-rows", organisation.slug, batch.id)
    language = request.POST.get("_language", "en")
    language = language if language in dict(settings.LANGUAGES) else "en"
    mail = request.POST.get("_mail") == "on"
    award = issuing.issue_one(version, row, actor=request.user, language=language, mail=mail)
    messages.success(request, _("Issued. The learner is told by mail.") if mail and award.email else _("Issued."))
    return redirect("award", organisation.slug, award.id)
