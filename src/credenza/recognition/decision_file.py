"""A person's decision as it is written down (``decision.toml``, or JSON), every problem named with its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credenza.recognition.decision import RecognitionDecision, RecognitionOutcome
from credenza.recognition.evidence import Difference, SubstantialDifference
from credenza.recognition.policy import lines, read_counts_as
from credenza.recognition.requirement_file import choice
from credenza.record.form import Form, refuse


def read_decision(data: Mapping[str, Any], *, now: datetime) -> RecognitionDecision:
    """The decision of a TOML or JSON file, made now; whether it is fair, ``decision.require_fair`` tells.

    Raises:
        MalformedInput: ``decision-invalid`` with every problem in ``problems``.
    """
    form = Form(data, "en")
    grant = form.form("counts_as")
    members = {
        "outcome": choice(form, "outcome", RecognitionOutcome, required=True),
        "reasons": form.line("reasons", required=True),
        "decided_by": form.line("by", required=True),
        "decided_at": now,
        "counts_as": read_counts_as(grant) if grant else None,
        "outcomes": _outcomes(form),
        "differences": tuple(one for part in form.forms("differences") if (one := _difference(part))),
        "conditions": lines(form, "conditions"),
        "appeal": form.line("appeal") or "",
    }
    form.finish()
    made = None
    if not form.problems:
        made = form.build("decision", lambda: RecognitionDecision.model_validate(members))
    refuse(form.problems, "decision-invalid", "The decision")
    assert made is not None
    return made


def _outcomes(form: Form) -> tuple[int, ...] | None:
    """The outcomes that a partial decision recognises, by their numbers in the credential (from 1)."""
    value = form.take("outcomes")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, int) and one is not True and one > 0 for one in value):
        form.problem("outcomes", "wrong-type", "outcomes must be a list of numbers, from 1.")
        return None
    return tuple(one - 1 for one in value)


def _difference(form: Form) -> SubstantialDifference | None:
    kind, reason = choice(form, "kind", Difference, required=True), form.line("reason", required=True)
    form.finish()
    return SubstantialDifference(kind=kind, certain=True, reason=reason) if kind and reason else None
