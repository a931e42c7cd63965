"""What applicants say while a case is open: answers, and evidence that they add unasked; the rules look again each time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from credenza.errors import Conflict, MalformedInput, Refused
from credenza.recognition import case_events as events
from credenza.recognition.case import Case as CoreCase
from credenza.recognition.case import State, digest_of
from credenza.recognition.case_steps import step
from credenza.record.text import check_line
from credenza.service.described import fields_of
from credenza.service.recognition import attesting, casework
from credenza.service.recognition.applying import decided_by_rule
from credenza.service.recognition.models import Case, CaseAnswer, CaseFile
from credenza.service.verification import sources

LARGEST_FILE = 5_000_000
MOST_FILES = 5
MOST_ANSWERS = 10
OPEN_TO_EVIDENCE = frozenset({State.RECEIVED, State.UNDER_ASSESSMENT})
_LONGEST_ANSWER = 10_000


def answer(
    case: Case, text: str, files: Sequence[UploadedFile], *, edition: int, shown: Collection[str] = ()
) -> Case:  # fmt: skip
    """Answer a request for information, or add evidence unasked: words, files, and fields that were kept back until now.

    The rules are asked again: where nobody has the case yet one may decide it, else the evaluator is told which would.

    Raises:
        MalformedInput: ``answer-empty``, ``answer-malformed``, ``answer-too-long``, ``file-too-large``, ``files-too-many``.
        Refused: ``answers-too-many``. Refused, Conflict: as ``casework.take``.
    """
    text = text.replace("\r\n", "\n").strip()
    _require_sound(text, files, shown)
    if case.edition != edition:
        raise Conflict("case-changed", "Somebody else changed this case in the meantime. Look at it again first.")
    note = f"{len(text)} characters, {len(files)} files, {len(shown)} more fields"
    asked, now = case.state == State.INFORMATION_REQUESTED.value, timezone.now()
    kind = events.ReceiveInformation if asked else events.AddEvidence
    event = kind(by=casework.APPLICANT, note=note)
    answered = step(case.as_core, event, now=max(now, case.as_core.history[-1].at))
    if not asked and case.answers.count() >= MOST_ANSWERS:
        raise Refused("answers-too-many", "Much was added to this case already. Wait until the institution asks you.")
    core, sealed, shows = _asked_again(answered, case, shown, now)

    def keep_answer() -> None:
        Case.objects.filter(pk=case.pk).update(shown=shows)
        kept = CaseAnswer.objects.create(case=case, text=text)
        for one in files:
            data = one.read()
            CaseFile.objects.create(
                answer=kept, name=_name(one.name), size=len(data), digest=digest_of(data), data=data
            )

    return casework.keep(case, core, actor=None, action=event.kind, also=keep_answer, sealed=sealed)


def hidden_fields(case: Case, language: str) -> list[tuple[str, str, str]]:
    """What the credential says and the applicant has not shown: key, label and first value."""
    data = casework.bytes_of(case)
    award = sources.check(data, now=timezone.now()).award if data is not None else None
    return [one for one in fields_of(award, language) if one[0] not in case.shown] if award is not None else []


def _require_sound(text: str, files: Sequence[UploadedFile], shown: Collection[str]) -> None:
    if text:
        try:
            check_line(text)
        except ValueError as error:
            raise MalformedInput("answer-malformed", f"The answer cannot be taken: {error}.") from error
    if not text and not files and not shown:
        raise MalformedInput("answer-empty", "Write an answer, add a file, or show more of the credential.")
    if len(text) > _LONGEST_ANSWER:
        raise MalformedInput("answer-too-long", f"An answer has {_LONGEST_ANSWER:,} characters at most.")
    if len(files) > MOST_FILES:
        raise MalformedInput("files-too-many", f"Add {MOST_FILES} files at most.")
    if any((one.size or 0) > LARGEST_FILE for one in files):
        raise MalformedInput("file-too-large", f"A file has {LARGEST_FILE // 1_000_000} MB at most.")


def _asked_again(
    core: CoreCase, case: Case, shown: Collection[str], now: datetime
) -> tuple[CoreCase, attesting.SealedDecision | None, list[str]]:
    """The case with what is shown now, put to the rules; a decision is theirs only where nobody has taken the case."""
    data = casework.bytes_of(case)
    if data is None:
        return core, None, case.shown
    more = {*shown} & {key for key, _label, _value in hidden_fields(case, "en")}
    shows = sorted({*case.shown} | more)
    judged = casework.judge(core, case, data, shown=shows, now=now)
    if judged.for_rules is None:
        return judged.core, None, shows
    return *decided_by_rule(case, judged.core, judged.for_rules, now=now), shows


def _name(given: str | None) -> str:
    printable = "".join(filter(str.isprintable, given or ""))
    return printable.replace("\\", "/").rsplit("/", 1)[-1][-200:] or "file"
