"""What the command prints: JSON for programs on standard output, sentences and tables for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from rich import markup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from credenza.errors import CredenzaError
from credenza.record.annex_i import ElementFinding
from credenza.record.class_list import columns
from credenza.record.form import Problem

MARKS = {
    "passed": "[green]✓[/green]",
    "failed": "[red]✗[/red]",
    "warning": "[yellow]![/yellow]",
    "not_checked": "[dim]–[/dim]",
}
_SEVERITIES = {"error": "[red]error[/red]", "warning": "[yellow]warning[/yellow]", "advice": "[blue]advice[/blue]"}

console = Console(highlight=False)
stderr = Console(stderr=True, highlight=False)


def escape(text: str) -> str:
    """Text that others wrote, to be printed: neither markup of ours nor commands to the terminal."""
    return markup.escape("".join("\ufffd" if _commands(one) else one for one in text))


def _commands(character: str) -> bool:
    """Control characters, and those that change the writing direction; joiners are part of real names."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "\n\u200c\u200d"


def print_json(value: Any) -> None:
    """One JSON value, as one document."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def show_error(error: CredenzaError, *, as_json: bool) -> None:
    """An error with its code, and every problem that it lists."""
    problems = error.detail.get("problems", ())
    if as_json:
        print_json({"error": error.code, "message": error.message, "problems": [vars(one) for one in problems]})
        return
    stderr.print(f"[red bold]{escape(error.message)}[/red bold] [dim]({error.code})[/dim]")
    for one in problems:
        stderr.print(f"  [bold]{escape(one.where)}[/bold] {_said(one)}")


def cell_problem(row: int, problem: Problem) -> str:
    """What is wrong in a row of a class list, under the name that its column has in the template."""
    label = next((column.label for column in columns() if column.key == problem.where), problem.where)
    where = f" [bold]{escape(label)}[/bold]" if label else ""
    return f"row {row}{where}: {_said(problem)}"


def _said(problem: Problem) -> str:
    hint = f" Did you mean {problem.suggestion}?" if problem.suggestion else ""
    return escape(problem.message + hint)


def findings_table(findings: tuple[ElementFinding, ...]) -> Table:
    """What the Annex I check found, and how to mend it."""
    table = Table(show_lines=False, expand=False, pad_edge=False)
    for heading in ("", "Element", "What", "How to mend it"):
        table.add_column(heading, overflow="fold")
    for one in findings:
        name = f"{one.element.number} {one.element.name}"
        table.add_row(
            _SEVERITIES[one.severity.value], name, f"{escape(one.message)} [dim]{one.why}[/dim]", escape(one.how)
        )
    return table


def progress() -> Progress:
    """A progress bar on standard error, gone when done; silent where nobody looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not sys.stderr.isatty(),
    )
