"""Files that the service hands out: to keep, never shown inside the site, and kept by nobody on the way."""

from __future__ import annotations

from django.http import HttpResponse

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(data: bytes | str, name: str, media_type: str) -> HttpResponse:
    """The file under this name, which holds nothing but letters, digits, hyphens and dots."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(data, content_type=media_type, headers=headers)
