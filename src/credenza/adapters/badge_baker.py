"""Badges that carry their credential: the picture is drawn once for a micro-credential, then baked for each learner."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from credenza.adapters.carriers import bake_png, bake_svg
from credenza.adapters.certificate_printer import badge_picture
from credenza.record import Award
from credenza.vocabulary import word

_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300" role="img" aria-label={label}>
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#1d4ed8"/><stop offset="1" stop-color="#14213d"/>
</linearGradient></defs><rect width="300" height="300" rx="36" fill="url(#g)"/>
<g fill="#fff" font-family="Georgia, serif" text-anchor="middle">
<text x="150" y="96" font-size="11" letter-spacing="1">{kind}</text>{title}
<text x="150" y="222" font-size="12">{issuer}</text></g></svg>"""


class Baker:
    """A ``BadgeBaker`` for one micro-credential."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, str], bytes] = {}

    def png(self, award: Award, sealed: bytes) -> bytes:
        key = (award.micro_credential.id, award.language)
        if key not in self._pictures:
            self._pictures[key] = badge_picture(award)
        return bake_png(self._pictures[key], sealed)

    def svg(self, award: Award, sealed: bytes) -> bytes:
        language = award.language
        title = award.micro_credential.title.best(language)
        lines = "".join(
            f'<text x="150" y="{136 + 26 * place}" font-size="20" font-weight="bold">{escape(line)}</text>'
            for place, line in enumerate(_wrapped(title))
        )
        drawing = _DRAWING.format(
            label=quoteattr(title),
            kind=escape(word("micro_credential", language).upper()),
            title=lines,
            issuer=escape(award.issuer.legal_name.best(language)[:48]),
        )
        return bake_svg(drawing, sealed)


def _wrapped(title: str, width: int = 24, most: int = 3) -> list[str]:
    lines = [""]
    for part in title.split():
        if lines[-1] and len(lines[-1]) + len(part) >= width:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}".strip()
    return lines[:most]
