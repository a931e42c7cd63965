"""What the verbs ``compare`` and ``recognise`` share: a verified credential, the requirement, and what is at hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from credenza.adapters.carriers import open_carrier, sealed_in
from credenza.adapters.deqar_source import fetch_reports, token_of
from credenza.adapters.fetch import GuardedFetch
from credenza.cli.options import read_file, read_toml
from credenza.cli.sources import sources
from credenza.encoding import strict_json
from credenza.errors import MalformedInput, Refused
from credenza.recognition import deqar
from credenza.recognition.case import Recognised, digest_of
from credenza.recognition.comparison import ComparisonSheet, compare
from credenza.recognition.deqar_register import DeqarRegister
from credenza.recognition.outcomes import TextMatcher
from credenza.recognition.requirement_file import read_requirement
from credenza.verifying.verified import VerifiedCredential
from credenza.verifying.verify import verify
from credenza.vocabulary.frameworks import Frameworks, frameworks, read_referencing


@dataclass(frozen=True)
class AtHand:
    """What the evaluator brings: whom to trust, registers, tables, and whether texts are matched by meaning."""

    offline: bool
    anchors: Sequence[Path]
    published: Sequence[Path]
    register: Sequence[str]
    institutions: Sequence[Path]
    national: Path | None
    by_meaning: bool
    lang: str


@dataclass(frozen=True)
class Compared:
    """A credential that was verified, the exact file by its digest, and the comparison sheet."""

    verified: VerifiedCredential
    recognised: Recognised
    sheet: ComparisonSheet


def compared(credential: Path, requirement: Path, at_hand: AtHand, moment: datetime) -> Compared:
    """Verify a credential and compare it.

    Raises:
        Refused: ``credential-not-verified``, ``credential-unreadable``.
        MalformedInput, Unreachable: of the files and addresses.
    """
    asked = read_requirement(read_data(requirement))
    sealed = sealed_in(read_file(credential))
    brought = sources(offline=at_hand.offline, anchors=at_hand.anchors, published=at_hand.published)
    report = verify(sealed, sources=brought, open_carrier=open_carrier, now=moment)
    verified = VerifiedCredential.of_report(report, checked_at=moment)
    sheet = compare(
        verified,
        asked,
        matcher=_matcher() if at_hand.by_meaning else None,
        register=_register(at_hand),
        national=_national(at_hand.national),
        language=at_hand.lang,
    )
    return Compared(verified, Recognised(award=verified.award, digest=digest_of(sealed)), sheet)


def read_data(file: Path) -> dict[str, Any]:
    """A file that people write: JSON by its name, else TOML.

    Raises:
        MalformedInput: ``file-unreadable``, ``toml-invalid``, and those of JSON.
    """
    return strict_json.loads_object(read_file(file)) if file.suffix.lower() == ".json" else read_toml(file)


def _matcher() -> TextMatcher:
    from credenza.adapters.embedding_matcher import EmbeddingMatcher

    return EmbeddingMatcher()


def _register(at_hand: AtHand) -> DeqarRegister | None:
    """The reports of files and addresses; an address is not asked where the user wants no network."""
    if not at_hand.register:
        return None
    reports: list[deqar.QualityReport] = []
    for place in at_hand.register:
        if not place.startswith(("https://", "http://")):
            reports += deqar.read_reports(read_file(Path(place)))
        elif at_hand.offline:
            raise Refused("offline", f"{place} is an address, and no network is to be used.")
        else:
            reports += fetch_reports(GuardedFetch(bearer=token_of(os.environ)), place)
    known = [one for file in at_hand.institutions for one in deqar.read_institutions(read_file(file))]
    return DeqarRegister(reports, known)


def _national(table: Path | None) -> Frameworks:
    if table is None:
        return frameworks()
    try:
        lines = read_file(table).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise MalformedInput("referencing-row-malformed", f"{table.name} is not UTF-8.") from error
    return frameworks().with_table(read_referencing(lines))
