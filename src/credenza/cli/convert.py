"""``credenza convert``: the same award in another format, and what that format could not carry."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credenza.cli.options import Json, now, open_issuer, read_file

if TYPE_CHECKING:
    from credenza.record import Award

_KINDS = ("elm", "open-badge", "sd-jwt-vc", "pdf", "badge-png", "badge-svg", "clr", "elmo", "record", "credential")


def convert(
    files: Annotated[list[Path], typer.Argument(help="A credential in any format; several make one transcript.")],
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
    data, sealed, lost = _converted([read_file(file) for file in files], to, issuer, take)
    if out is not None:
        out.write_bytes(data)
    elif not json:
        _print(data)
    if json:
        written = {"file": str(out)} if out else {"file": None, **_embedded(data)}
        output.print_json({**written, "format": to, "sealed": sealed, "not_carried": lost})
        return
    if not sealed:
        who = "Who sends it signs it (EMREX)." if to == "elmo" else "The issuer seals it with --issuer."
        output.stderr.print(f"[yellow]Not sealed:[/yellow] nobody can verify it. {who}")
    if lost:
        output.stderr.print(f"Not carried over: {output.escape(', '.join(lost))}")


def _print(data: bytes) -> None:
    """To standard output, to the byte: a certificate or a picture is for a file or a pipe, not for a terminal."""
    import sys

    from credenza.errors import MalformedInput

    readable = _text(data) is not None
    if not readable and sys.stdout.isatty():
        raise MalformedInput("out-missing", "This format is no text: name the file to write with --out.")
    sys.stdout.buffer.write(data + b"\n" if readable else data)
    sys.stdout.buffer.flush()


def _embedded(data: bytes) -> dict[str, str]:
    """The document inside an answer in JSON: as text where it is text, else in Base64."""
    from base64 import b64encode

    text = _text(data)
    return {"base64": b64encode(data).decode()} if text is None else {"text": text}


def _text(data: bytes) -> str | None:
    """The document as text, None where it is a picture or a PDF."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _converted(files: list[bytes], to: str, issuer: Path | None, take: int) -> tuple[bytes, bool, list[str]]:
    from credenza.cli.transcripts import take_award, take_credential, write_transcript
    from credenza.errors import MalformedInput, Refused

    if to == "elmo" and issuer is not None:
        message = "Transcripts are signed by who sends them (EMREX): leave out --issuer."
        raise Refused("format-signed-elsewhere", message)
    if to != "elmo" and len(files) > 1:
        raise MalformedInput("too-many-files", "Only a transcript (--to elmo) is made of several files.")
    if to == "credential":
        return take_credential(files[0], take), True, []
    taken = [take_award(data, take) for data in files]
    award, lost = taken[0].award, [path for one in taken for path in one.not_carried]
    if to == "elmo":
        return write_transcript(taken), False, lost
    if to == "record":
        return award.model_dump_json(indent=2, exclude_none=True).encode(), False, lost
    if issuer is not None:
        return _sealed(files[0], award, to, issuer), True, lost
    return _unsealed(award, to), False, lost


def _sealed(data: bytes, award: Award, to: str, folder: Path) -> bytes:
    """The award sealed anew by its own issuer, and by nobody else; what nobody sealed, or changed since, is not."""
    from credenza.cli.issuing import make_sealer
    from credenza.cli.sources import refuse_unproven
    from credenza.errors import Refused
    from credenza.issuing.awards import IssuingPlan

    opened = open_issuer(folder)
    if award.issuer.id != opened.organisation.id:
        raise Refused("issuer-foreign", "The credential is of another issuer, who alone may seal it.")
    refuse_unproven(data, opened)
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
        message = "Certificates, badges and learner records carry a sealed credential: name the --issuer."
        raise Refused("format-needs-seal", message)
    return json_module.dumps(document, ensure_ascii=False, indent=2).encode()
