"""Certificates and badges drawn with Typst: PDF/A-3 with the sealed credential attached, and pictures."""

from __future__ import annotations

import io
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import orjson
import segno
import typst
from PIL import Image

from credenza.issuing.awards import IssuingPlan
from credenza.record import Award, Learner, Media
from credenza.record.description import Line, describe
from credenza.vocabulary import word

TEST_SEAL = "TEST SEAL - NOT QUALIFIED"
_FACTS = (
    "workload", "level", "assessment_type", "form_of_participation", "grade", "supervision", "quality_assurance",
    "language", "field", "stackability", "prerequisites",
)  # fmt: skip
_MOST_OUTCOMES, _LONGEST = 12, 180
_PIXELS_PER_INCH = 60.0
_MASK = 4  # any mask is valid; choosing the best of eight took longer than drawing the page


@lru_cache(maxsize=4)
def _compiler(name: str) -> typst.Compiler:
    drawing = resources.files("credenza.adapters.drawings").joinpath(name)
    return typst.Compiler(str(drawing))


class Printer:
    """A ``CertificatePrinter`` for one batch; a test seal is named on every page."""

    def __init__(self, plan: IssuingPlan, *, test_seal: bool) -> None:
        self._plan = plan
        self._mark = TEST_SEAL if test_seal else ""

    def page(self, award: Award) -> Media:
        """The certificate as a picture (PNG, 60 dots an inch)."""
        inputs = self._inputs(award, attachment=None)
        picture = _compiler("certificate.typ").compile(format="png", ppi=_PIXELS_PER_INCH, sys_inputs=inputs)
        return Media.of(_one_page(picture), "image/png")

    def batch_page(self) -> Media:
        """The page of the micro-credential itself, without a learner, for a whole batch."""
        plan = self._plan
        nobody = Award(
            id=plan.definition.id,
            micro_credential=plan.definition,
            issuer=plan.issuer,
            learner=Learner(),
            issued=plan.issued,
            language=plan.language,
        )
        return _smaller(self.page(nobody))

    def pdf(self, award: Award, *, attachment: bytes) -> bytes:
        """The certificate as PDF/A-3b, the credential attached as its source."""
        inputs = self._inputs(award, attachment=attachment)
        made = _compiler("certificate.typ").compile(
            format="pdf", sys_inputs=inputs, pdf_standards="a-3b", timestamp=_timestamp(award), pdf_tags=False
        )
        return _one_page(made)

    def _inputs(self, award: Award, *, attachment: bytes | None) -> dict[str, str]:
        language = award.language
        lines = {one.key: one for one in describe(award, language)}
        logo = award.issuer.logo
        usable = logo is not None and logo.media_type == "image/svg+xml"
        data = self._shared | {
            "learner": award.learner.name or "",
            "born": f"* {award.learner.birth_date:%Y-%m-%d}" if award.learner.birth_date else "",
            "facts": [_fact(lines[key]) for key in _FACTS if key in lines],
            "date": f"{award.issued:%Y-%m-%d}" if award.issued else "",
            "until": f"{word('valid_until', language)} {award.valid_until:%Y-%m-%d}" if award.valid_until else "",
            "id": award.id,
            "attachment": attachment is not None,
            "logo": "svg" if usable else "",
        }
        inputs = {"data": orjson.dumps(data).decode(), "qr": _qr(f"{self._plan.base_url}/verify#{award.id}")}
        if logo is not None and usable:
            inputs["logo"] = logo.data.decode("utf-8")
        if attachment is not None:
            inputs["attachment"] = attachment.decode("utf-8")
        return inputs

    @cached_property
    def _shared(self) -> dict[str, Any]:
        """What every certificate of the batch says."""
        plan, language = self._plan, self._plan.language
        title = plan.definition.title
        outcomes = [_short(one.title.best(language)) for one in plan.definition.learning_outcomes]
        left = len(outcomes) - _MOST_OUTCOMES
        english = title.root.get("en", "")
        return {
            "language": language,
            "issuer": plan.issuer.legal_name.best(language),
            "place": plan.issuer.country.label(language) if plan.issuer.country else "",
            "kind": word("micro_credential", language),
            "title": title.best(language),
            "subtitle": english if english != title.best(language) else "",
            "awarded_to": word("awarded_to", language),
            "outcomes_label": word("learning_outcomes", language),
            "outcomes": outcomes[:_MOST_OUTCOMES] + ([f"+ {left}"] if left > 0 else []),
            "size": 10 if len(outcomes) <= 6 else 8.5,
            "date_label": word("date_of_issuing", language),
            "scan": word("scan_to_verify", language),
            "test_seal": self._mark,
        }


def _smaller(page: Media) -> Media:
    """The picture in 32 colours: it is inside every credential of the batch."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(page.data)) as picture:
        picture.convert("RGB").quantize(32).save(out, "PNG")
    return Media.of(out.getvalue(), "image/png")


def badge_picture(award: Award) -> bytes:
    """The badge of a micro-credential as PNG; the same for every learner."""
    definition, language = award.micro_credential, award.language
    workload = next((one.values[0] for one in describe(award, language) if one.key == "workload"), "")
    data = {
        "kind": word("micro_credential", language),
        "title": definition.title.best(language),
        "line": workload,
        "issuer": award.issuer.legal_name.best(language),
    }
    inputs = {"data": orjson.dumps(data).decode()}
    return _one_page(_compiler("badge.typ").compile(format="png", ppi=96.0, sys_inputs=inputs))


def _fact(line: Line) -> dict[str, Any]:
    return {"label": line.label, "values": [_short(value) for value in line.values[:3]]}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _qr(content: str) -> str:
    out = io.BytesIO()
    segno.make(content, error="m", micro=False, mask=_MASK).save(out, kind="svg", border=1, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _timestamp(award: Award) -> int | None:
    return int(award.issued.timestamp()) if award.issued else None


def _one_page(made: Any) -> bytes:
    """Typst returns bytes for one page and a list for more; a certificate has one, and the first is shown."""
    first = made[0] if isinstance(made, list) else made
    return bytes(first)
