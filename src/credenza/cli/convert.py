"""``credenza convert``: the same award in another format, and what that format could not carry."""

from __future__ import annotations

import json as json_module
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credenza.cli.options import Json, now, open_issuer, read_file

if TYPE_CHECKING:
    from credenza.record import Award

_MEDIA_TYPES = {
    "elm-jades": "application/ld+json",
    "data-integrity": "application/vc",
    "enveloped": "application/vc",
    "vc-jwt": "application/vc+jwt",
    "sd-jwt": "application/dc+sd-jwt",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}
_KINDS = ("elm", "open-badge", "sd-jwt-vc", "pdf", "badge-png", "badge-svg", "elmo", "record", "credential")


def convert(
    file: Annotated[Path, typer.Argument(help="A credential in any format.")],
    to: Annotated[str, typer.Option(help=f"One of {', '.join(_KINDS)}; credential takes it out of what carries it.")],
    out: Annotated[Path | None, typer.Option(help="The file to write; standard output if left out.")] = None,
    issuer: Annotated[Path | None, typer.Option(help="Seal it anew: the folder of the issuer that issued it.")] = None,
    take: Annotated[int, typer.Option(min=1, help="Of a transcript (ELMO) with several awards: which one.")] = 1,
    json: Json = False,
) -> None:
    """Write an award in another format. Without --issuer it is not sealed: a seal covers one format only."""
    from credenza.cli import output
    from credenza.errors import Conflict, MalformedInput

    if to not in _KINDS:
        raise MalformedInput("format-unknown", f"{to!r} is none of {', '.join(_KINDS)}.")
    if out is not None and out.exists():
        raise Conflict("file-exists", f"{out} is already there; nothing was changed.")
    data, sealed, lost = _converted(read_file(file), to, issuer, take)
    if out is not None:
        out.write_bytes(data)
    elif not json:
        output.console.file.write(data.decode("utf-8", "replace") + "\n")
    told = {"file": str(out) if out else None, "format": to, "sealed": sealed, "not_carried": lost}
    if json:
        output.print_json(told)
        return
    if not sealed:
        output.stderr.print("[yellow]Not sealed:[/yellow] nobody can verify it. The issuer seals it with --issuer.")
    if lost:
        output.stderr.print(f"Not carried over: {output.escape(', '.join(lost))}")


def _converted(data: bytes, to: str, issuer: Path | None, take: int) -> tuple[bytes, bool, list[str]]:
    from credenza.adapters.carriers import open_carrier
    from credenza.verifying.kinds import CARRIERS, Kind, kind_of

    kind, _ = kind_of(data)
    if kind is Kind.ELMO:
        return _of_transcript(data, to, issuer, take)
    if to == "credential":
        return (open_carrier(kind, data) if kind in CARRIERS else data), True, []
    award, lost = _read(data)
    sealed = () if kind is Kind.UNSEALED else ((data, _MEDIA_TYPES[kind.value]),)
    return _written(award, to, issuer, lost, sealed)


def _read(data: bytes) -> tuple[Award, list[str]]:
    from credenza.adapters.carriers import open_carrier
    from credenza.cli.sources import sources
    from credenza.errors import MalformedInput
    from credenza.verifying.verify import verify

    report = verify(data, sources=sources(offline=True), open_carrier=open_carrier, now=now())
    if report.award is None:
        reason = next((one for one in report.checks if one.code != "not-reached"), report.checks[0])
        raise MalformedInput(reason.code, reason.reason)
    return report.award, list(report.not_carried)


def _of_transcript(data: bytes, to: str, issuer: Path | None, take: int) -> tuple[bytes, bool, list[str]]:
    """One award of an ELMO file, or the sealed credential that is attached to it."""
    from credenza.document import elmo
    from credenza.errors import MalformedInput

    transcript = elmo.from_bytes(data)
    if take > len(transcript.entries):
        raise MalformedInput("elmo-no-such-award", f"The transcript holds {len(transcript.entries)} awards.")
    entry = transcript.entries[take - 1]
    if to == "credential":
        if not entry.sealed:
            raise MalformedInput("carrier-empty", "The transcript carries no sealed credential for this award.")
        return entry.sealed[0].content, True, []
    lost = [*entry.not_carried, *transcript.not_carried]
    return _written(entry.award, to, issuer, lost, [(one.content, one.media_type) for one in entry.sealed])


def _written(
    award: Award, to: str, issuer: Path | None, lost: list[str], sealed: Sequence[tuple[bytes, str]]
) -> tuple[bytes, bool, list[str]]:
    if to == "record":
        return award.model_dump_json(indent=2, exclude_none=True).encode(), False, lost
    if to == "elmo":
        return _transcript(award, sealed, issuer), False, lost
    if issuer is not None:
        return _sealed(award, to, issuer), True, lost
    return _unsealed(award, to), False, lost


def _transcript(award: Award, sealed: Sequence[tuple[bytes, str]], issuer: Path | None) -> bytes:
    """The award as ELMO, with the sealed credential that it was read from attached."""
    from credenza.document import elmo
    from credenza.errors import Refused

    if issuer is not None:
        raise Refused(
            "format-signed-elsewhere", "Transcripts are signed by who sends them (EMREX): leave out --issuer."
        )
    title = award.micro_credential.title
    files = [elmo.Attachment(content, media_type, title) for content, media_type in sealed]
    return elmo.to_bytes(elmo.to_document(award, generated=now(), sealed=files))


def _sealed(award: Award, to: str, folder: Path) -> bytes:
    """The award sealed anew by its own issuer, and by nobody else."""
    from credenza.cli.issuing import make_sealer
    from credenza.errors import Refused
    from credenza.issuing.awards import IssuingPlan

    opened = open_issuer(folder)
    if award.issuer.id != opened.organisation.id:
        raise Refused("issuer-foreign", "The credential is of another issuer, who alone may seal it.")
    plan = IssuingPlan(award.micro_credential, award.issuer, (to,), opened.base_url, now(), award.language)
    return make_sealer(folder, plan, "learner")([(award, (to,))])[0][to]


def _unsealed(award: Award, to: str) -> bytes:
    from credenza.adapters.certificate_printer import Printer
    from credenza.document import elm, open_badge, sd_jwt_vc
    from credenza.errors import Refused
    from credenza.issuing.awards import IssuingPlan

    plan = IssuingPlan(award.micro_credential, award.issuer, (to,), award.issuer.homepage or "", now(), award.language)
    if to == "elm":
        document = elm.to_document(award, page=Printer(plan, test_seal=False).page(award))
    elif to == "open-badge":
        document = open_badge.to_document(award)
    elif to == "sd-jwt-vc":
        template = sd_jwt_vc.Template(award.micro_credential, award.issuer, award.language)
        document = template.claims(award, issuer=award.issuer.id)
    else:
        raise Refused("format-needs-seal", "Certificates and badges carry a sealed credential: name the --issuer.")
    return json_module.dumps(document, ensure_ascii=False, indent=2).encode()
