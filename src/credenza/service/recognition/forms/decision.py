"""The form in which an evaluator decides; what the comparison found is filled in to begin with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credenza.recognition.case import Case as CoreCase
from credenza.recognition.case import Suggestion
from credenza.recognition.decision import CountsAs, RecognitionDecision, RecognitionOutcome
from credenza.recognition.evidence import Difference, SubstantialDifference
from credenza.record import Text
from credenza.service.recognition.forms.fields import Lines, PlainText
from credenza.service.recognition.models import Case
from credenza.service.recognition.words import DIFFERENCES, OUTCOMES


class DecisionForm(forms.Form):
    """Full, in part, with conditions, or not; with what makes it a fair decision."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=[(name, word.text) for name, word in OUTCOMES.items()], widget=forms.RadioSelect
    )
    reasons = PlainText(label=_("Reasons"), help_text=_("The learner reads them. Say what you looked at."), rows=4)
    grants_title = PlainText(label=_("Counts as"), max_length=500, required=False)
    grants_ects = forms.DecimalField(
        label=_("ECTS credits that are granted"),
        min_value=Decimal("0.01"),
        max_value=400,
        decimal_places=2,
        required=False,
    )
    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes that are recognised, if it is in part"),
        help_text=_("Those that the comparison confirmed are ticked. Tick a suggestion only where you agree with it."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    conditions = Lines(
        label=_("Conditions, one a line"), help_text=_("For recognition with conditions."), rows=3, required=False
    )
    appeal = PlainText(
        label=_("How to appeal"), help_text=_("Told unless it is full recognition."), rows=3, required=False
    )

    def __init__(self, *args: Any, case: Case, appeal: str = "", **kwargs: Any) -> None:
        self.core, self.requirement = case.as_core, case.requirement
        initial = self._to_begin_with() | {"appeal": appeal} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        offered = self.core.credential.award.micro_credential.learning_outcomes
        self.fields["outcomes"].choices = [(str(n), one.title.best("en")) for n, one in enumerate(offered)]
        if not offered:
            del self.fields["outcomes"]
        for kind in Difference:
            self.fields[f"difference_{kind.value}"] = PlainText(
                label=_("Substantial difference: %(kind)s") % {"kind": DIFFERENCES[kind.value]},
                help_text=_("Named unless it is full recognition; leave it empty where there is none."),
                rows=2,
                required=False,
            )
        differences = [f"difference_{kind.value}" for kind in Difference]
        self.order_fields(["outcome", "reasons", "grants_title", "grants_ects", "outcomes", *differences])

    def decision(self, *, by: str, now: datetime) -> RecognitionDecision:
        """The decision as it was written; whether it is fair, the core tells."""
        said = self.cleaned_data
        outcome = RecognitionOutcome(said["outcome"])
        full, grants = outcome is RecognitionOutcome.FULL, outcome is not RecognitionOutcome.NOT
        named = {kind: said[f"difference_{kind.value}"] for kind in Difference}
        places = tuple(int(one) for one in said.get("outcomes", ()))
        return RecognitionDecision(
            outcome=outcome,
            reasons=said["reasons"],
            decided_by=by,
            decided_at=now,
            counts_as=self._grant() if grants and said["grants_title"] else None,
            outcomes=places if outcome is RecognitionOutcome.PARTIAL and "outcomes" in self.fields else None,
            differences=()
            if full
            else tuple(
                SubstantialDifference(kind=kind, certain=True, reason=reason)
                for kind, reason in named.items()
                if reason
            ),
            conditions=tuple(said["conditions"]) if outcome is RecognitionOutcome.WITH_CONDITIONS else (),
            appeal="" if full else said["appeal"],
        )

    def _grant(self) -> CountsAs:
        title, ects = self.cleaned_data["grants_title"], self.cleaned_data["grants_ects"]
        return CountsAs(id=self.core.requirement_id, title=Text.of(title), ects=ects)

    def _to_begin_with(self) -> dict[str, Any]:
        return to_begin_with(self.core, self.requirement.title if self.requirement else "")


def to_begin_with(core: CoreCase, requirement: str) -> dict[str, Any]:
    """What the comparison found, for a person to keep or to change."""
    sheet, told = core.sheet, _of_rule(core.suggestion)
    if sheet is None:
        return {"grants_title": requirement} | told
    found: dict[str, str] = {}
    for one in sheet.differences:
        name = f"difference_{one.kind.value}"
        found[name] = "\n".join(filter(None, (found.get(name), one.reason)))
    confirmed = [str(one.place) for one in sheet.outcomes.matches if one.firm and one.place is not None]
    ects = sheet.workload.has.least
    return {"grants_title": requirement, "grants_ects": ects, "outcomes": confirmed} | found | told


def _of_rule(suggestion: Suggestion | None) -> dict[str, Any]:
    """What a rule would decide, as a person's own decision to begin with."""
    if suggestion is None:
        return {}
    made = suggestion.decision
    told = {"outcome": made.outcome.value, "reasons": made.reasons, "conditions": "\n".join(made.conditions)}
    grant = made.counts_as
    return told | ({"grants_title": grant.title.best("en"), "grants_ects": grant.ects} if grant is not None else {})
