"""Certificates and badges drawn with Typst: PDF/A-3 with the sealed credential attached, and pictures."""

from __future__ import annotations

import base64
import io
from functools import cached_property
from typing import Any

import orjson
from PIL import Image

from credenza.adapters import qr_code
from credenza.adapters.typesetting import draw, quoted, require_drawable
from credenza.issuing.awards import IssuingPlan
from credenza.record import Award, Learner, Media
from credenza.record.description import Line, describe
from credenza.vocabulary import word, written_day

TEST_SEAL = "TEST SEAL - NOT QUALIFIED"
_KEY_FACTS = ("workload", "level", "grade")
_FACTS = (
    "assessment_type", "supervision", "form_of_participation", "language", "quality_assurance", "field", "stackability",
    "prerequisites",
)  # fmt: skip
_TITLE_SIZES = ((40, 29.0), (80, 22.0), (140, 17.0), (200, 14.0), (320, 12.0))  # at most so many characters: points
_BADGE_TITLE_SIZES = ((40, 27.0), (80, 20.0), (130, 16.0), (200, 13.0), (320, 10.5))
_TEXT_SIZES = ((500, 11.0), (900, 10.0), (1500, 9.0), (2200, 8.0))
_MOST_OUTCOMES, _LONGEST, _LONGEST_TITLE, _LONGEST_SUBTITLE = 10, 180, 500, 80
_PIXELS_PER_INCH = 60.0


class Printer:
    """A ``CertificatePrinter`` for one batch; a test seal is named on every page."""

    def __init__(self, plan: IssuingPlan, *, test_seal: bool) -> None:
        self._plan = plan
        self._mark = TEST_SEAL if test_seal else ""

    def page(self, award: Award) -> Media:
        """The certificate as a picture (PNG, 60 dots an inch)."""
        picture = draw("certificate.typ", input=self._source(award), format="png", ppi=_PIXELS_PER_INCH)
        return Media.of(picture, "image/png")

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
        """The certificate as PDF/A-3b, the credential attached as its source.

        Raises:
            Refused: ``glyph-missing``, where no font here has the letters; so do the pictures.
        """
        return draw(
            "certificate.typ",
            input=self._source(award, attachment),
            format="pdf",
            pdf_standards="a-3b",
            timestamp=_timestamp(award),
            pdf_tags=False,
        )

    def _source(self, award: Award, attachment: bytes | None = None) -> bytes:
        """A Typst document that calls the drawing with this award's data; Typst keeps what it laid out before of the rest."""
        data = quoted(orjson.dumps(self._data(award)))
        attached = b"" if attachment is None else b", attachment: " + quoted(attachment)
        return b'#import "certificate.typ": certificate\n#certificate(json(bytes(' + data + b"))" + attached + b")"

    def _data(self, award: Award) -> dict[str, Any]:
        language = award.language
        lines = {one.key: one for one in describe(award, language)}
        key_facts = [_fact(lines[key]) for key in _KEY_FACTS if key in lines]
        facts = [_fact(lines[key]) for key in _FACTS if key in lines]
        require_drawable(
            award.learner.name or "", *(value for fact in (*key_facts, *facts) for value in fact["values"])
        )
        return (
            self._shared
            | _sizes(facts, self._shared["outcomes"])
            | {
                "learner": award.learner.name or "",
                "born": f"* {written_day(award.learner.birth_date, language)}" if award.learner.birth_date else "",
                "key_facts": key_facts,
                "facts": facts,
                "date": written_day(award.issued, language) if award.issued else "",
                "until": f"{word('valid_until', language)} {award.valid_until:%Y-%m-%d}" if award.valid_until else "",
                "id": award.id,
                "logo": _logo(award.issuer.logo) or "",
                "qr": qr_code.svg(f"{self._plan.base_url}/verify#{award.id}"),
            }
        )

    @cached_property
    def _shared(self) -> dict[str, Any]:
        """What every certificate of the batch says."""
        plan, language = self._plan, self._plan.language
        title = plan.definition.title
        outcomes = [_short(one.title.best(language)) for one in plan.definition.learning_outcomes]
        left = len(outcomes) - _MOST_OUTCOMES
        own, english = title.best(language), title.root.get("en", "")
        require_drawable(own, english, plan.issuer.legal_name.best(language), *outcomes)
        return {
            "language": language,
            "issuer": plan.issuer.legal_name.best(language),
            "place": plan.issuer.country.label(language) if plan.issuer.country else "",
            "kind": word("micro_credential", language),
            "title": _short(own, _LONGEST_TITLE),
            "subtitle": english if english != own and len(english) <= _LONGEST_SUBTITLE else "",
            "awarded_to": word("awarded_to", language),
            "outcomes_label": word("learning_outcomes", language),
            "outcomes": outcomes[:_MOST_OUTCOMES] + ([f"… (+ {left})"] if left > 0 else []),
            "title_size": _size(len(own), _TITLE_SIZES, smallest=10.5),
            "address": f"{plan.base_url}/verify".removeprefix("https://"),
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
    title = definition.title.best(language)
    workload = next((one.values[0] for one in describe(award, language) if one.key == "workload"), "")
    data = {
        "kind": word("micro_credential", language),
        "title": _short(title, _LONGEST_TITLE),
        "title_size": _size(len(title), _BADGE_TITLE_SIZES, smallest=8.5),
        "line": workload,
        "issuer": award.issuer.legal_name.best(language),
    }
    require_drawable(title, award.issuer.legal_name.best(language))
    inputs = {"data": orjson.dumps(data).decode()}
    return draw("badge.typ", format="png", ppi=96.0, sys_inputs=inputs)


def _fact(line: Line) -> dict[str, Any]:
    return {"label": line.label, "values": [_short(value) for value in line.values[:3]]}


def _sizes(facts: list[dict[str, Any]], outcomes: list[str]) -> dict[str, Any]:
    """Much text is set smaller and closer, so that it all stays on one page."""
    letters = sum(map(len, outcomes)) + sum(len(value) for fact in facts for value in fact["values"])
    size = _size(letters, _TEXT_SIZES, smallest=7.2)
    return {"size": size, "dense": size < 9 or len(outcomes) > 8}


def _size(letters: int, steps: tuple[tuple[int, float], ...], *, smallest: float) -> float:
    return next((size for most, size in steps if letters <= most), smallest)


def _logo(media: Media | None) -> str | None:
    """A logo as SVG, the one kind of picture that travels to the page as text; any other kind is wrapped in one."""
    if media is None:
        return None
    if media.media_type == "image/svg+xml":
        return media.data.decode("utf-8")
    with Image.open(io.BytesIO(media.data)) as picture:
        width, height = picture.size
    content = base64.b64encode(media.data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><image width="{width}"'
        f' height="{height}" href="data:{media.media_type};base64,{content}"/></svg>'
    )


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _timestamp(award: Award) -> int | None:
    return int(award.issued.timestamp()) if award.issued else None
