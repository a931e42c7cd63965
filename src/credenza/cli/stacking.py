"""Puts the stacking role together: files verified, the best stack found, the larger award sealed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from credenza.adapters.carriers import open_carrier, sealed_in
from credenza.adapters.credential_files import CredentialFiles
from credenza.adapters.issuer_folder import LEDGER, Issuer
from credenza.adapters.ledger import SqliteLedger
from credenza.cli.issuing import Batch, Wish, make_sealer
from credenza.cli.options import read_file, read_toml
from credenza.encoding import strict_json
from credenza.errors import CredenzaError, Refused
from credenza.issuing.awards import award_of, claim_of
from credenza.record import MicroCredential
from credenza.record.class_list import Row
from credenza.stacking.larger_award import learner_of, parts_inside, require_issuable, with_parts
from credenza.stacking.pathway import Pathway
from credenza.stacking.pathway_file import read_pathway
from credenza.stacking.progress import Progress, find_progress
from credenza.stacking.recognised import find_stand_ins
from credenza.verifying.evidence import Sources
from credenza.verifying.verified import VerifiedCredential
from credenza.verifying.verify import verify


@dataclass(frozen=True)
class Refusal:
    """A file that cannot be stacked at all, because it did not pass verification."""

    file: Path
    code: str
    reason: str


@dataclass(frozen=True)
class Stack:
    """Progress, the files of its credentials in their order and then of the decisions, the credentials' sealed bytes,
    and the files that were refused."""

    progress: Progress
    files: list[Path]
    sealed: list[bytes]
    refusals: list[Refusal]

    def to_json(self) -> dict[str, Any]:
        """Progress as JSON values."""
        credentials = [
            {
                "file": str(file),
                "id": one.credential.award.id,
                "part": one.part,
                "ects": str(one.ects),
                "reasons": [vars(reason) for reason in one.reasons],
            }
            for one, file in zip(self.progress.credentials, self.files, strict=False)
        ]
        parts = [
            {
                "part": one.part.id,
                "complete": one.complete,
                "needed": one.needed,
                "ects": str(one.ects),
                "missing": vars(one.missing) if one.missing else None,
                "offers": [offer.id for offer in one.offers],
            }
            for one in self.progress.parts
        ]
        return {
            "pathway": self.progress.pathway.id,
            "complete": self.progress.complete,
            "proven": self.progress.proven,
            "ects": str(self.progress.ects),
            "parts": parts,
            "credentials": credentials,
            "refused": [{"file": str(one.file), "code": one.code, "reason": one.reason} for one in self.refusals],
            "doubts": [{"file": str(self.files[one.place]), **vars(one.reason)} for one in self.progress.doubts],
            "sentences": list(self.progress.sentences()),
        }


def read_pathway_file(file: Path) -> Pathway:
    """The pathway of a TOML or JSON file.

    Raises:
        MalformedInput: ``pathway-invalid``, and those of the file.
    """
    is_json = file.suffix.casefold() == ".json"
    return read_pathway(strict_json.loads_object(read_file(file)) if is_json else read_toml(file))


@dataclass
class _Reading:
    """Files verified one by one: those that stand, with their exact bytes, and those that are refused."""

    sources: Sources
    now: datetime
    files: list[Path] = field(default_factory=list)
    sealed: list[bytes] = field(default_factory=list)
    verified: list[VerifiedCredential] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def read(self, files: Sequence[Path]) -> _Reading:
        for file in files:
            try:
                data = sealed_in(read_file(file))
                report = verify(data, sources=self.sources, open_carrier=open_carrier, now=self.now)
                self.verified.append(VerifiedCredential.of_report(report, checked_at=self.now))
            except CredenzaError as error:
                self.refusals.append(Refusal(file, error.code, error.message))
                continue
            self.files.append(file)
            self.sealed.append(data)
        return self


def read_stack(
    pathway: Path,
    files: Sequence[Path],
    *,
    sources: Sources,
    now: datetime,
    offers: Sequence[MicroCredential],
    decisions: Sequence[Path] = (),
) -> Stack:
    """Verify the files and find the best stack of those that stand, by themselves or by a recognition decision."""
    way = read_pathway_file(pathway)
    own, decided = _Reading(sources, now).read(files), _Reading(sources, now).read(decisions)
    stand_ins = find_stand_ins(way, own.verified, decided.verified)
    progress = find_progress(way, own.verified, now=now, offers=offers, stand_ins=stand_ins)
    shown = [*own.files, *(file for one in stand_ins for file in _file_of(one.decision, decided))]
    return Stack(progress, shown, own.sealed, own.refusals + decided.refusals)


def _file_of(decision: VerifiedCredential, decided: _Reading) -> list[Path]:
    return [file for file, one in zip(decided.files, decided.verified, strict=True) if one is decision]


def issue_larger(
    stack: Stack,
    issuer: Issuer,
    file: Path,
    definition: MicroCredential,
    wish: Wish,
    out: Path,
    moment: datetime,
    *,
    accept_doubts: bool,
) -> tuple[str, tuple[str, ...]]:
    """Seal the larger award once; the id, and the formats that were written now.

    Raises:
        Refused: ``pathway-incomplete``, ``stack-in-doubt``, ``award-not-of-pathway``, ``definition-below-standard``.
    """
    require_issuable(stack.progress, definition, accept_doubts=accept_doubts)
    parts = parts_inside(stack.progress, stack.sealed)
    batch = Batch.prepare(issuer, file, with_parts(definition, parts), wish, out, moment)
    row = Row(1, learner_of(stack.progress))
    with closing(SqliteLedger(issuer.folder / LEDGER)) as ledger:
        (reservation,) = ledger.reserve(definition.id, [claim_of(row)], issued=moment)
        missing = tuple(name for name in wish.formats if name not in reservation.done)
        if reservation.changed:
            raise Refused("already-issued", f"This learner has the larger award already ({reservation.credential_id}).")
        award = award_of(row, reservation, batch.plan).model_copy(update={"parts": parts})
        if missing:
            (made,) = make_sealer(issuer.folder, batch.plan, wish.page)([(award, missing)])
            sink = CredentialFiles(out)
            for name, data in made.items():
                sink.write(award, name, data)
            ledger.finish([(award.id, missing)])
    return award.id, missing
