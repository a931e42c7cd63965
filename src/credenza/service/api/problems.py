"""What went wrong, as problem details (RFC 9457): the stable code of the core, its sentence, and what is wrong where."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder

from credenza.errors import Conflict, CredenzaError, MalformedInput, Refused, Unreachable

_KINDS: tuple[tuple[type[CredenzaError], int], ...] = (
    (MalformedInput, 422),
    (Refused, 409),
    (Conflict, 409),
    (Unreachable, 502),
)
_CODES = {
    "four-eyes": 403,
    "scope-missing": 403,
    "key-maker-may-not": 403,
    "case-same-reader": 403,
    "case-not-assessor": 403,
    "own-request": 403,
    "own-case": 403,
    "own-results": 403,
    "definition-below-standard": 422,
    "decision-without-reasons": 422,
    "decision-without-difference": 422,
    "decision-without-conditions": 422,
    "decision-without-grant": 422,
    "decision-without-appeal": 422,
    "decision-contradictory": 422,
    "reason-missing": 422,
    "date-impossible": 422,
    "idempotency-key-reused": 422,
    "award-erased": 410,
    "file-too-large": 413,
    "json-too-large": 413,
}
_WORDS = {401: "An API key is needed: Authorization: Bearer cz_...", 404: "There is nothing here.", 429: "Too many."}


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem as a response."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    text = json.dumps(body | more, cls=NinjaJSONEncoder, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/problem+json", status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Credenza"'
    if status == 429:
        response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def of_error(error: CredenzaError) -> HttpResponse:
    """An error of the core as a response."""
    kind = next((status for kind, status in _KINDS if isinstance(error, kind)), 422)
    status = _CODES.get(error.code, 400 if error.code.startswith("json-") else kind)
    detail = {
        name: _plain(value) for name, value in error.detail.items() if name != "status"
    }  # of the peer that was asked
    return problem(status, error.code, error.message, **detail)


def of_fault(away: bool) -> HttpResponse:
    """A fault of ours; ``away``: it was the database that did not answer."""
    if away:
        return problem(
            503, "database-away", "The database does not answer. Send it again, under the same Idempotency-Key."
        )
    return problem(500, "fault", "Something went wrong here. The log has it under the number in X-Request-ID.")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | dict | None) else str(value)


def _of_core(request: HttpRequest, error: CredenzaError) -> HttpResponse:
    return of_error(error)


def _of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Each wrong member by its place; what was sent is not sent back."""
    problems = [
        {"where": ".".join(map(str, one["loc"][2:] or one["loc"][1:])), "code": one["type"], "message": one["msg"]}
        for one in error.errors
    ]
    return problem(422, "request-invalid", "The request is not as it should be.", problems=problems)


def _of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, CredenzaError):  # the parser's own words about a body that cannot be read
        return of_error(error.__cause__)
    status = error.status_code
    code = {401: "api-key-missing", 403: "forbidden", 404: "not-found", 429: "too-many-requests"}.get(status, "refused")
    return problem(status, code, _WORDS.get(status, error.message))


def _of_size(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(413, "request-too-large", "The request is larger than 12 MB.")


def _of_form(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(400, "form-malformed", "The form data cannot be read.")


def _of_absence(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(404, "not-found", _WORDS[404])


def install(api: NinjaAPI) -> None:
    """Let every error of the API be told in this way; faults of ours go on to Django's handler."""
    api.add_exception_handler(CredenzaError, _of_core)
    api.add_exception_handler(ValidationError, _of_validation)
    api.add_exception_handler(HttpError, _of_http)
    api.add_exception_handler(Http404, _of_absence)
    api.add_exception_handler(RequestDataTooBig, _of_size)
    api.add_exception_handler(MultiPartParserError, _of_form)
