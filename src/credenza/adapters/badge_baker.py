"""Badges that carry their credential: the picture is drawn once for a micro-credential, then baked for each learner."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from credenza.adapters.carriers import bake_png, bake_svg
from credenza.adapters.certificate_printer import badge_picture
from credenza.record import Award
from credenza.vocabulary import word

_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300" role="img" aria-label={label}>
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#1d4ed8"/><stop offset="1" stop-color="#14213d"/>
</linearGradient></defs><rect width="300" height="300" rx="38" fill="url(#g)"/>
<rect x="14" y="14" width="272" height="272" rx="28" fill="none" stroke="#e3bd6a" stroke-width="1.2"/>
<g fill="#fff" font-family="Libertinus Serif, Georgia, serif" text-anchor="middle">
<text x="150" y="72" font-size="10.5" letter-spacing="1.5" font-weight="bold" fill="#e3bd6a">{kind}</text>{title}
<path d="M127 218h46" stroke="#e3bd6a" stroke-width="1.2"/>
<text x="150" y="244" font-size="11" fill="#d7e0fb">{issuer}</text></g></svg>"""
_LARGEST, _SMALLEST = 24, 12  # the size of the title, in units of a picture 300 wide
_TITLE_HEIGHT, _TITLE_WIDTH = 116, 232


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
        size, parts = _fitted(title)
        top = 146 - size * 1.15 * (len(parts) - 1) / 2
        lines = "".join(
            f'<text x="150" y="{top + size * 1.15 * place:.0f}" font-size="{size}" font-weight="bold">{escape(line)}</text>'
            for place, line in enumerate(parts)
        )
        drawing = _DRAWING.format(
            label=quoteattr(title),
            kind=escape(word("micro_credential", language).upper()),
            title=lines,
            issuer=escape(award.issuer.legal_name.best(language)[:48]),
        )
        return bake_svg(drawing, sealed)


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the whole title fits, and its lines."""
    for size in range(_LARGEST, _SMALLEST, -2):
        lines = _wrapped(title, width=int(_TITLE_WIDTH / (size * 0.52)))
        if len(lines) * size * 1.15 <= _TITLE_HEIGHT:
            return size, lines
    lines = _wrapped(title, width=int(_TITLE_WIDTH / (_SMALLEST * 0.52)))
    most = int(_TITLE_HEIGHT / (_SMALLEST * 1.15))
    return _SMALLEST, lines if len(lines) <= most else [*lines[: most - 1], "…"]


def _wrapped(title: str, *, width: int) -> list[str]:
    lines = [""]
    for part in title.split():
        if lines[-1] and len(lines[-1]) + len(part) >= width:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}".strip()
    return lines
