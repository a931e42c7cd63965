"""Puts the issuing role together: ledger, sealer, printer, files, workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from credenza.adapters.badge_baker import Baker
from credenza.adapters.certificate_printer import Printer
from credenza.adapters.credential_files import CredentialFiles
from credenza.adapters.issuer_folder import LEDGER, Issuer, load
from credenza.adapters.ledger import SqliteLedger
from credenza.adapters.spreadsheets import read_cells
from credenza.adapters.time_stamp_client import TimeStampClient
from credenza.adapters.typesetting import can_draw, glyph_missing
from credenza.cli.options import passphrase
from credenza.errors import MalformedInput, Refused
from credenza.issuing.awards import IssuingPlan
from credenza.issuing.class_list import Outcome, issue_class_list
from credenza.issuing.sealing import ELM, FORMATS, PDF, Sealer, SealingKeys
from credenza.issuing.workers import workers
from credenza.record import MicroCredential
from credenza.record.annex_i import Severity, check_definition
from credenza.record.class_list import BadRow, Row, read_rows
from credenza.record.form import Problem
from credenza.vocabulary import LANGUAGES


@dataclass(frozen=True)
class Wish:
    """What the user asked for."""

    formats: tuple[str, ...]
    page: str
    workers: int
    language: str | None
    time_stamp: str | None = None
    again: bool = False


@dataclass(frozen=True)
class Batch:
    """One class list to be issued for one micro-credential."""

    issuer: Issuer
    plan: IssuingPlan
    wish: Wish
    out: Path

    @classmethod
    def prepare(
        cls, issuer: Issuer, file: Path, definition: MicroCredential, wish: Wish, out: Path, moment: datetime
    ) -> Batch:
        """Check what is asked before anything is sealed.

        Raises:
            MalformedInput: ``format-unknown``, ``option-invalid``. Refused: ``definition-below-standard``.
        """
        unknown = [name for name in wish.formats if name not in FORMATS]
        if unknown or not wish.formats:
            raise MalformedInput(
                "format-unknown", f"{', '.join(unknown) or 'Nothing'} is none of {', '.join(FORMATS)}."
            )
        if wish.page not in ("learner", "batch"):
            raise MalformedInput("option-invalid", "--page is learner or batch.")
        language = wish.language or next((one for one in definition.title.languages if one in LANGUAGES), "en")
        errors = [one for one in check_definition(definition) if one.severity is Severity.ERROR]
        if errors:
            message = f"{file.name} does not meet the European standard: {errors[0].message} {errors[0].how}"
            raise Refused("definition-below-standard", f"{message} (credenza check {file.name} tells all.)")
        plan = IssuingPlan(definition, issuer.organisation, wish.formats, issuer.base_url, moment, language)
        return cls(issuer, plan, wish, out)

    @contextmanager
    def issuing(self, class_list: Path, *, today: date) -> Iterator[Iterator[Outcome]]:
        """Issue row after row; the workers are there once it is entered, and gone when it is left."""
        make = partial(make_sealer, self.issuer.folder, self.plan, self.wish.page, self.wish.time_stamp)
        with (
            workers(make, CredentialFiles(self.out), self.plan, self.wish.workers) as submit,
            closing(SqliteLedger(self.issuer.folder / LEDGER)) as ledger,
        ):
            sheet = read_cells(class_list)
            rows = read_rows(sheet.header, sheet.rows, definition=self.plan.definition, today=today)
            rows = _drawable(rows) if self._shows_learners else rows
            yield issue_class_list(rows, plan=self.plan, ledger=ledger, submit=submit, again=self.wish.again)

    @property
    def _shows_learners(self) -> bool:
        return PDF in self.wish.formats or (ELM in self.wish.formats and self.wish.page == "learner")

    def write_corrections(self, class_list: Path, bad: Sequence[BadRow]) -> Path:
        """The bad rows in a copy of the list, with what to mend."""
        from credenza.adapters.class_list_corrections import write_corrections

        file = self.out / f"{class_list.stem}-corrections.xlsx"
        self.out.mkdir(parents=True, exist_ok=True)
        write_corrections(class_list, bad, file)
        return file


def _drawable(rows: Iterable[Row | BadRow]) -> Iterator[Row | BadRow]:
    """A row whose certificate would show boxes in place of letters comes back; the others are issued."""
    for row in rows:
        missing = [] if isinstance(row, BadRow) else [one for one in _drawn_cells(row) if not can_draw(one[1])]
        problems = tuple(Problem(column, "glyph-missing", glyph_missing(text)) for column, text in missing)
        yield BadRow(row.number, problems) if problems else row


def _drawn_cells(row: Row) -> Iterator[tuple[str, str]]:
    """The columns that a certificate shows as they were written, with their texts."""
    for column in ("full_name", "given_name", "family_name"):
        yield column, getattr(row.learner, column) or ""
    for result in row.results:
        yield "grade", "" if result.grade is None else " ".join(result.grade.root.values())


def make_sealer(folder: Path, plan: IssuingPlan, page: str, time_stamp: str | None = None) -> Sealer:
    """A sealer of the issuer in this folder, made in the process that uses it."""
    issuer = load(folder, passphrase=passphrase())
    printer = Printer(plan, test_seal=issuer.test_seal)
    stamp = TimeStampClient(time_stamp, allow_loopback=True) if time_stamp else None
    keys = SealingKeys(
        proof=issuer.proof_signer, seal=issuer.seal, token_issuer=issuer.base_url, request_time_stamp=stamp
    )
    shared = printer.batch_page() if page == "batch" and {ELM, PDF} & set(plan.formats) else None
    return Sealer(plan, keys, printer=printer, baker=Baker(), page=shared)
