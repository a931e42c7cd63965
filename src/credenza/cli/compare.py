"""``credenza compare``: a verified credential beside what is asked, criterion by criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from credenza.recognition.comparison import ComparisonSheet

_MARKS = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[dim]–[/dim]"}


def compare(
    credential: Credential,
    requirement: RequirementFile,
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
    """Compare a credential with a requirement. Exit code 0: fulfilled; 1: differences or questions; 2: not verified."""
    from credenza.cli import output
    from credenza.cli.recognition import AtHand, compared

    at_hand = AtHand(
        offline, anchors or (), published or (), register or (), institutions or (), frameworks, by_meaning, lang
    )
    sheet = compared(credential, requirement, at_hand, now()).sheet
    if json:
        output.print_json({**sheet.model_dump(mode="json"), "fulfilled": sheet.fulfilled})
    else:
        print_sheet(sheet)
    raise typer.Exit(0 if sheet.fulfilled else 1)


def print_sheet(sheet: ComparisonSheet) -> None:
    """The sheet as tables for people."""
    from rich.markup import escape
    from rich.table import Table

    from credenza.cli import output

    say = output.console.print
    say(f"[bold]{escape(sheet.title)}[/bold] · {escape(sheet.learner or '?')} · {escape(sheet.awarding_body)}")
    say(f"beside [bold]{escape(sheet.requirement_title)}[/bold] ({sheet.purpose})\n")
    table = Table("", "Criterion", "Grade", "Why", pad_edge=False)
    for one in sheet.criteria:
        table.add_row(_MARKS[one.meets], one.criterion.replace("-", " "), one.grade, escape(one.reason))
    say(table)
    if sheet.level.in_country:
        say(f"In your framework: {escape(' or '.join(sheet.level.in_country))}")
    if sheet.outcomes.matches:
        matches = Table("Outcome asked", "Outcome of the credential", "Matched by", "Score", pad_edge=False)
        for match in sheet.outcomes.matches:
            basis = "[yellow]suggestion[/yellow]" if match.basis == "suggestion" else match.basis or ""
            matches.add_row(
                escape(match.asked), escape(match.has or "—"), basis, f"{match.score:.2f}" if match.has else ""
            )
        say(matches)
    for difference in sheet.differences:
        sure = "Substantial difference" if difference.certain else "Possible difference"
        say(f"[red]{sure}[/red] ({difference.kind}): {escape(difference.reason)}")
    for question in sheet.questions:
        say(f"[yellow]Ask:[/yellow] {escape(question)}")
    if sheet.fulfilled:
        say("[green]All that is asked is met.[/green]")
