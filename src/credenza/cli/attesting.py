"""Seals a decision on recognition for the learner, once, and writes it as ELMO 2.0 beside."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import datetime
from pathlib import Path

from credenza.adapters.credential_files import CredentialFiles, file_stem
from credenza.adapters.issuer_folder import LEDGER
from credenza.adapters.ledger import SqliteLedger
from credenza.cli.issuing import make_sealer
from credenza.cli.options import open_issuer
from credenza.cli.recognition import Compared
from credenza.cli.status import publish_lists
from credenza.document import elmo
from credenza.errors import Conflict, MalformedInput
from credenza.issuing.awards import IssuingPlan, status_references
from credenza.issuing.sealing import FORMATS
from credenza.ports.issuing import Claimed
from credenza.proof.xml_signature import require_suitable, sign_enveloped
from credenza.recognition.attestation import Issue, award_of_decision, definition_of_decision, result_of_recognition
from credenza.recognition.decision import RecognitionDecision

ELMO = "elmo"


def seal_decision(
    decision: RecognitionDecision, about: Compared, *, folder: Path, out: Path, formats: tuple[str, ...], now: datetime
) -> list[Path]:
    """Seal what was decided by the issuer in ``folder``; run again, it is the same credential.

    ELMO is signed where the issuer's seal is of the kind that EMREX knows (RSA), and unsigned otherwise.

    Raises:
        MalformedInput: ``format-unknown``. Conflict: ``already-decided`` where it was decided otherwise before.
    """
    unknown = [name for name in formats if name not in (*FORMATS, ELMO)]
    if unknown:
        raise MalformedInput("format-unknown", f"{', '.join(unknown)} is none of {', '.join((*FORMATS, ELMO))}.")
    issuer = open_issuer(folder)
    if ELMO in formats:
        require_suitable(issuer.seal.public_key)
    award = about.verified.award
    definition = definition_of_decision(decision, award, about.sheet, issuer.organisation)
    sealed_formats = tuple(name for name in formats if name != ELMO)
    plan = IssuingPlan(definition, definition.awarding_body, sealed_formats, issuer.base_url, now)
    with closing(SqliteLedger(folder / LEDGER)) as ledger:
        reserved = ledger.reserve(definition.id, [_claim(decision, about)], issued=now)[0]
        if reserved.changed:
            raise Conflict(
                "already-decided", "This credential was decided otherwise before: revoke that decision first."
            )
        decision = decision.model_copy(update={"decided_at": reserved.issued})
        status = status_references(issuer.base_url, reserved.list_number, reserved.index)
        issue = Issue(reserved.credential_id, issuer.organisation, reserved.issued, status)
        made = award_of_decision(decision, about.recognised, about.sheet, issue)
        sink = CredentialFiles(out)
        for name, data in make_sealer(folder, plan, "learner")([(made, sealed_formats)])[0].items():
            sink.write(made, name, data)
        ledger.finish([(made.id, sealed_formats)])
    publish_lists(issuer)
    files = [file for name in sealed_formats for file in sorted((out / name).glob(f"{file_stem(made)}.*"))]
    if ELMO in formats:
        result = result_of_recognition(decision, award)
        document = elmo.to_recognition(award.learner, [result], authority=issuer.organisation, generated=now)
        file = out / ELMO / f"{file_stem(made)}.xml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sign_enveloped(document, issuer.seal))
        files.append(file)
    return files


def _claim(decision: RecognitionDecision, about: Compared) -> Claimed:
    """What is decided once: this credential for this requirement."""
    content = decision.model_dump_json(exclude={"decided_at"})
    key = f"recognition {about.sheet.credential_id} {about.sheet.requirement_id}"
    return Claimed((hashlib.sha256(key.encode()).hexdigest(),), hashlib.sha256(content.encode()).hexdigest())
