"""Requirements and rules of a desk, written in forms or brought from TOML, and the desk's settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from credenza.errors import CredenzaError, MalformedInput
from credenza.service.accounts.access import may, member
from credenza.service.accounts.models import Organisation, Role
from credenza.service.recognition import asked, desks, reconsidering, rulebook, words
from credenza.service.recognition.forms.fields import tell
from credenza.service.recognition.forms.rules import PolicyForm, RequirementForm
from credenza.service.recognition.models import Desk, Policy, Requirement
from credenza.service.recognition.views.desk_page import desk_page
from credenza.service.request_values import whole_number


class DeskForm(forms.ModelForm):
    """How the desk works."""

    months = forms.IntegerField(
        label=gettext_lazy("Months until a decision"),
        min_value=1,
        max_value=4,
        help_text=gettext_lazy("Four at most (Lisbon Recognition Convention)."),
    )

    class Meta:
        model = Desk
        fields = Desk.SETTINGS
        widgets = {"introduction": forms.Textarea(attrs={"rows": 3}), "appeal": forms.Textarea(attrs={"rows": 3})}


@require_GET
@member(Role.EVALUATOR, Role.READER)
def overview(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Everything that is asked, and every rule."""
    language = get_language() or "en"
    requirements = Requirement.objects.filter(organisation=organisation, withdrawn_at=None).order_by("title")
    context = {
        "requirements": [(one, asked.lines(one.as_record, language)) for one in requirements],
        "policies": [(one, *_told(one)) for one in desks.policies_of(organisation)],
        "may_write": may(request.roles, Role.EVALUATOR),
        "free": reconsidering.would_be_recognised(organisation).count() if may(request.roles, Role.OWNER) else 0,
    }
    return desk_page(request, "rules", "rules", context)


@require_POST
@member(Role.EVALUATOR)
def import_toml(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Bring requirements and rules from a file."""
    upload = request.FILES.get("file")
    try:
        if upload is None or (upload.size or 0) > rulebook.LARGEST_FILE:
            raise MalformedInput("file-too-large", _("Choose a TOML file of at most 500 kB."))
        made = rulebook.import_toml(organisation, upload.read(), actor=request.user)
    except CredenzaError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Taken over: %(names)s") % {"names": ", ".join(str(one) for one in made[:20])})
    return redirect("desk_rules", organisation.slug)


@require_POST
@member(Role.OWNER)
def decide_open(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Let the rules decide the open cases that they would recognise and nobody has taken."""
    count = reconsidering.let_rules_decide(organisation, actor=request.user)
    told = ngettext("The rules decide %(n)s case now.", "The rules decide %(n)s cases now.", count)
    messages.success(request, told % {"n": count})
    return redirect("desk_rules", organisation.slug)


@require_http_methods(["GET", "POST"])
@member(Role.EVALUATOR)
def requirement(request: HttpRequest, organisation: Organisation, pk: str | None = None) -> HttpResponse:
    """Write a requirement, change it, or withdraw it."""
    mine = Requirement.objects.filter(organisation=organisation, withdrawn_at=None)
    row = get_object_or_404(mine, pk=pk) if pk is not None else None
    form = RequirementForm(request.POST or None, written=row.form if row else None)
    return _edit(request, organisation, form, row, rulebook.write_requirement, _("Requirement"))


@require_http_methods(["GET", "POST"])
@member(Role.EVALUATOR)
def policy(request: HttpRequest, organisation: Organisation, pk: str | None = None) -> HttpResponse:
    """Write a rule, change it, or withdraw it."""
    mine = Policy.objects.filter(organisation=organisation, withdrawn_at=None)
    row = get_object_or_404(mine, pk=pk) if pk is not None else None
    requirements = list(Requirement.objects.filter(organisation=organisation, withdrawn_at=None).order_by("title"))
    form = PolicyForm(request.POST or None, written=row.form if row else None, requirements=requirements)
    return _edit(request, organisation, form, row, rulebook.write_policy, _("Rule"))


@require_http_methods(["GET", "POST"])
@member(Role.EVALUATOR)
def settings(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Whether the desk is open, and how it works."""
    desk = desks.desk_of(organisation)
    read = request.POST.get("edition", "") if request.method == "POST" else desks.edition(desk)
    form = DeskForm(request.POST or None, instance=desk)
    if request.method == "POST" and form.is_valid():
        try:
            desks.configure(organisation, edition=read, actor=request.user, **form.cleaned_data)
            messages.success(request, _("The settings are saved."))
            return redirect("desk_settings", organisation.slug)
        except CredenzaError as error:
            form.add_error(None, error.message)
    return desk_page(request, "settings", "settings", {"form": form, "edition": read})


def _edit(request: HttpRequest, organisation: Organisation, form: Any, row: Any, write: Any, what: str) -> HttpResponse:
    if request.method == "POST" and row is not None and "withdraw" in request.POST:
        rulebook.withdraw(row, actor=request.user)
        messages.info(request, _("“%(name)s” is withdrawn.") % {"name": row.title})
        return redirect("desk_rules", organisation.slug)
    if request.method == "POST" and form.is_valid():
        try:
            seen = whole_number(request.POST.get("edition"))
            made = write(organisation, form.form_data(), actor=request.user, instead_of=row, edition=seen)
        except MalformedInput as error:
            tell(form, error)
        except CredenzaError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": made.title})
            return redirect("desk_rules", organisation.slug)
    context = {
        "form": form,
        "row": row,
        "what": what,
        "edition": request.POST.get("edition") or (row.edition if row else ""),
    }
    status = 422 if form.errors else 200
    return desk_page(request, "edit", "rules", context, status=status)


def _told(row: Policy) -> tuple[Any, list[str]]:
    """What a rule does, and when, in words."""
    record = row.as_record
    when = record.when
    told = [_("verification at least %(grade)s") % {"grade": words.GRADES[when.verification.value]}]
    told += [_("the applicant: %(grade)s") % {"grade": words.ASSURANCES[when.applicant.value].text}]
    told += [_("a register confirms the quality assurance")] if when.accredited else []
    told += [_("quality assurance at least %(grade)s") % {"grade": words.GRADES[when.quality]}] if when.quality else []
    told += [_("EQF level %(n)s or above") % {"n": when.least_eqf}] if when.least_eqf else []
    told += [_("at least %(n)s ECTS") % {"n": when.least_ects}] if when.least_ects else []
    share = f"{when.least_outcomes:.0%}" if when.least_outcomes else ""
    told += [_("%(share)s of the outcomes confirmed") % {"share": share}] if share else []
    told += [_("identity verified")] if when.identity_verified else []
    told += [_("all that is asked is fulfilled")] if when.requirement_fulfilled else []
    told += [_("of: %(names)s") % {"names": ", ".join(when.providers)}] if when.providers else []
    told += [_("only: %(names)s") % {"names": ", ".join(when.definitions)}] if when.definitions else []
    countries = [one.label(get_language() or "en") for one in when.countries]
    told += [_("from: %(names)s") % {"names": ", ".join(countries)}] if countries else []
    told += [_("at most %(n)s years old") % {"n": when.most_years_old}] if when.most_years_old else []
    person = words.Word("new", "person", _("Leaves it to a person"))
    return words.OUTCOMES.get(record.outcome.value, person), told
