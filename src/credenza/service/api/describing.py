"""The API described: OpenAPI for machines, and a page for people made from it, which needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from credenza.service.api.problems import problem
from credenza.service.api.scopes import SCOPES
from credenza.service.api.v1.api import api
from credenza.service.api.webhooks.events import EVENTS

_ERRORS = {
    "400": _("It cannot be read: not JSON, or not as JSON should be."),
    "401": _("There is no API key in force."),
    "403": _("The key has not this scope, its maker may not, or a second person must do it."),
    "404": _("It is not there, or it belongs to others."),
    "409": _("It contradicts what is there: done already, changed meanwhile, or not possible now."),
    "413": _("It is too large."),
    "422": _("It was understood, and cannot be done as it is; problems says what is wrong where."),
    "429": _("Too many requests; Retry-After says when to come back."),
    "502": _("A source that is needed does not answer."),
}


@dataclass(frozen=True)
class Member:
    """A parameter, or a member of a body."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Member]
    body: list[Member]
    answers: list[tuple[str, str, list[Member]]]


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The API as OpenAPI 3.1."""
    response = JsonResponse(_schema(), json_dumps_params={"indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    context = {
        "groups": _groups(),
        "scopes": list(SCOPES.values()),
        "errors": _ERRORS,
        "events": EVENTS.items(),
        "base": f"{settings.SITE_URL}/api/v1",
    }
    return render(request, "api/docs.html", context)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """What is asked for in vain, told as the API tells it."""
    return problem(404, "not-found", "There is nothing here.")


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1")
    schema["servers"] = [{"url": settings.SITE_URL}]
    return schema


@cache
def _groups() -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for path, methods in _schema()["paths"].items():
        for method, said in methods.items():
            found.setdefault(said["tags"][0], []).append(_operation(path, method, said))
    return found


def _operation(path: str, method: str, said: dict[str, Any]) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    body = content.get("application/json") or content.get("multipart/form-data") or {}
    answers = []
    for status, one in said.get("responses", {}).items():
        schema = one.get("content", {}).get("application/json", {}).get("schema", {})
        answers.append((status, _kind(schema) if schema else "", list(_members(schema))))
    return Operation(
        name=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        scope=said.get("x-scope", ""),
        parameters=[
            Member(p["name"], _kind(p["schema"]), p.get("required", False)) for p in said.get("parameters", [])
        ],
        body=list(_members(body.get("schema", {}))),
        answers=answers,
    )


def _members(schema: dict[str, Any]) -> Iterator[Member]:
    schema = _resolved(schema)
    if schema.get("type") == "array":
        yield from _members(schema.get("items", {}))
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        yield Member(name, _kind(member), name in required)


def _kind(schema: dict[str, Any]) -> str:
    """A type in words, such as ``list of AwardOut`` or ``date or null``."""
    if "$ref" in schema:
        resolved = _resolved(schema)
        return " | ".join(map(repr, resolved["enum"])) if "enum" in resolved else schema["$ref"].rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(repr, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return dict(_schema()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
