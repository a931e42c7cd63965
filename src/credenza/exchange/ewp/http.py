"""Requests and responses as plain values, the way HTTP has them; header names in lower case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from credenza.errors import CredenzaError, MalformedInput
from credenza.exchange.ewp.names import ARCHITECTURE, child, document, to_bytes

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 2000


@dataclass(frozen=True)
class Request:
    """``target`` is path and query as on the request line; ``headers`` by lower-case name, several joined by a comma."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    def parameters(self) -> dict[str, list[str]]:
        """The parameters of a GET or of a form that is posted.

        Raises:
            MalformedInput: ``ewp-parameters`` (status 400), ``ewp-method`` (405), ``ewp-media-type`` (415).
        """
        if self.method not in ("GET", "POST"):
            raise MalformedInput("ewp-method", "Only GET and POST are answered.", status=405)
        text = urlsplit(self.target).query
        if self.method == "POST":
            media_type = self.headers.get("content-type", "").split(";")[0].strip().lower()
            if media_type != FORM:
                raise MalformedInput("ewp-media-type", f"Parameters are posted as {FORM}.", status=415)
            text = self.body.decode("utf-8", "replace")
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
        except ValueError as error:
            raise MalformedInput("ewp-parameters", "The parameters cannot be read.", status=400) from error
        found: dict[str, list[str]] = {}
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        return found


@dataclass(frozen=True)
class Response:
    """A response; ``headers`` by lower-case name."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/xml"})


def success(element: etree._Element) -> Response:
    """A document as the response."""
    return Response(200, to_bytes(element))


def error_response(error: CredenzaError) -> Response:
    """An error as EWP has it: the status of the error's detail, else 400, and a message for the developer."""
    status = error.detail.get("status", 400)
    root = document(ARCHITECTURE, "error-response")
    child(root, ARCHITECTURE, "developer-message", f"{error.message} ({error.code})")
    headers = {"content-type": "application/xml"}
    if status == 401:
        names = "(request-target) host date digest x-request-id"
        headers |= {"www-authenticate": f'Signature realm="EWP",headers="{names}"', "want-digest": "SHA-256"}
    return Response(status if isinstance(status, int) else 400, to_bytes(root), headers)
