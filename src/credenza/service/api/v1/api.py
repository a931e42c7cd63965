"""The API put together: strict JSON in, problem details out, nothing cached anywhere."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.parser import Parser

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.service.api import problems
from credenza.service.api.idempotency import Answered
from credenza.service.api.v1 import (
    accreditations,
    awards,
    batches,
    cases,
    changes,
    corrections,
    definitions,
    machines,
    organisations,
    pathways,
    previews,
    rulebook,
    signing_keys,
    transfers,
    verification,
)

LARGEST_BODY = 1_000_000
LARGEST_CLASS_LIST = 12_000_000


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class StrictParser(Parser):
    """JSON with one meaning: no duplicate members, no NaN, no depth without end, and no more than is needed."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON.

        Raises:
            MalformedInput: as ``strict_json.loads``, and ``content-type-wrong``: it does not say that it is JSON.
        """
        if request.content_type not in ("application/json", ""):
            raise MalformedInput("content-type-wrong", "Send JSON, and say so: Content-Type: application/json.")
        largest = LARGEST_CLASS_LIST if request.path.endswith(("/batches", "/corrections")) else LARGEST_BODY
        if _NUL.search(request.body):  # PostgreSQL takes it in no text
            raise MalformedInput("json-nul", "A text of the JSON holds a NUL character.")
        return strict_json.loads(request.body, maximum_bytes=largest)


class Api(NinjaAPI):
    """The API; what it answers is not for caches."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        response = super().create_temporal_response(request)
        response["Cache-Control"] = "no-store"
        return response


api = Api(
    title="Credenza",
    version="1.0.0",
    description="Everything that the console does, for programs.",
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url=None,
    parser=StrictParser(),
)
problems.install(api)


@api.exception_handler(Answered)
def _answered(request: HttpRequest, again: Answered) -> HttpResponse:
    response = api.create_response(request, again.body, status=again.status)
    response["Cache-Control"] = "no-store"
    response["Idempotent-Replayed"] = "true"
    return response


_MODULES = (  # their addresses are tried in turn: what is asked most often stands first
    verification,
    awards,
    changes,
    definitions,
    batches,
    corrections,
    pathways,
    cases,
    rulebook,
    organisations,
    accreditations,
    signing_keys,
    machines,
    previews,
    transfers,
)
for module in _MODULES:
    api.add_router("", module.router)
