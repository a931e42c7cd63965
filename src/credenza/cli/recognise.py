"""``credenza recognise``: decide on a credential, by rules or by a person's decision, and seal what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credenza.cli.options import Json, now
from credenza.cli.recognition_options import (
    Anchors,
    ByMeaning,
    Credential,
    FrameworksFile,
    Institutions,
    Lang,
    Offline,
    Published,
    Register,
    RequirementFile,
)

if TYPE_CHECKING:
    from datetime import datetime

    from credenza.cli.recognition import Compared
    from credenza.recognition.decision import RecognitionDecision
    from credenza.recognition.rules import RuleResult


def recognise(
    credential: Credential,
    requirement: RequirementFile,
    policy: Annotated[
        list[Path] | None, typer.Option(help="Rules that recognise automatically (TOML or JSON).")
    ] = None,
    decision: Annotated[Path | None, typer.Option(help="A person's decision (TOML or JSON).")] = None,
    issuer: Annotated[
        Path | None, typer.Option(help="Seal the decision: the folder of the recognising body (credenza init).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The folder for the sealed decision.")] = None,
    format: Annotated[str, typer.Option(help="elm, open-badge, sd-jwt-vc, pdf, elmo; by commas.")] = (
        "elm,open-badge,elmo"
    ),
    register: Register = None,
    institutions: Institutions = None,
    frameworks: FrameworksFile = None,
    by_meaning: ByMeaning = False,
    lang: Lang = "en",
    offline: Offline = False,
    anchors: Anchors = None,
    published: Published = None,
    json: Json = False,
) -> None:
    """Decide on a credential. Exit code 0: decided; 1: left to a person; 2: not verified, or not a fair decision."""
    from credenza.cli.recognition import AtHand, compared
    from credenza.errors import MalformedInput

    if (issuer is None) != (out is None):
        raise MalformedInput("option-invalid", "--issuer and --out go together.")
    if bool(policy) == (decision is not None):
        raise MalformedInput("option-invalid", "Name the --policy files, or one --decision.")
    at_hand = AtHand(
        offline, anchors or (), published or (), register or (), institutions or (), frameworks, by_meaning, lang
    )
    moment = now().replace(microsecond=0)
    about = compared(credential, requirement, at_hand, moment)
    made, result = _decide(about, policy or [], decision, moment)
    files: list[Path] = []
    if made is not None and issuer is not None and out is not None:
        from credenza.cli.attesting import seal_decision

        formats = tuple(part.strip() for part in format.split(",") if part.strip())
        files = seal_decision(made, about, folder=issuer, out=out, formats=formats, now=moment)
    _tell(about, made, result, files, json)
    raise typer.Exit(0 if made is not None else 1)


def _decide(
    about: Compared, policies: list[Path], decision: Path | None, moment: datetime
) -> tuple[RecognitionDecision | None, RuleResult | None]:
    from credenza.cli.recognition import read_data
    from credenza.recognition.decision import require_fair
    from credenza.recognition.decision_file import read_decision
    from credenza.recognition.policy import read_policies
    from credenza.recognition.rules import apply_rules

    if decision is not None:
        made = read_decision(read_data(decision), now=moment)
        require_fair(made)
        return made, None
    rules = [one for file in policies for one in read_policies(read_data(file))]
    result = apply_rules(about.verified, about.sheet, rules, now=moment)
    return result.decision, result


def _tell(
    about: Compared, made: RecognitionDecision | None, result: RuleResult | None, files: list[Path], json: bool
) -> None:
    from rich.markup import escape

    from credenza.cli import output
    from credenza.cli.compare import print_sheet

    if json:
        output.print_json(
            {
                "decision": made.model_dump(mode="json") if made else None,
                "rules": result.model_dump(mode="json", exclude={"decision"}) if result else None,
                "recognised": {"id": about.sheet.credential_id, "sha256": about.recognised.digest},
                "comparison": about.sheet.model_dump(mode="json"),
                "files": [str(file) for file in files],
            }
        )
        return
    print_sheet(about.sheet)
    say = output.console.print
    if made is None:
        say(f"\n[yellow]Left to a person:[/yellow] {escape(result.reason if result else '')}")
        for rule in result.rules if result else ():
            say(f"  {escape(rule.policy_id)}: {escape('; '.join(rule.lacking) or 'holds')}")
        return
    say(f"\n[bold]{made.outcome.replace('-', ' ')}[/bold] by {escape(made.decided_by)}: {escape(made.reasons)}")
    for file in files:
        say(f"  {escape(str(file))}")
