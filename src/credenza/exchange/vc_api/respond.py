"""The end points as one table: (method, path, body) to (status, body). Nothing here reads a socket or a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import unquote

from credenza.encoding import strict_json
from credenza.errors import Conflict, CredenzaError, MalformedInput, Refused
from credenza.exchange.vc_api import hold, identifiers, issue, update_status, verify
from credenza.exchange.vc_api.instance import Instance, Reply
from credenza.exchange.vc_api.problems import of_error

MAXIMUM_BYTES = 2 * 1024 * 1024
IDENTIFIERS = "/identifiers/"

Step: TypeAlias = Callable[[Mapping[str, Any], Instance, datetime], Reply]

POSTS: Mapping[str, Step] = {
    "/credentials/issue": lambda body, instance, now: issue.issue(body, instance, now=now),
    "/credentials/derive": lambda body, instance, _now: hold.derive_credential(body, instance),
    "/credentials/verify": lambda body, instance, now: verify.verify_credential(body, instance, now=now),
    "/credentials/status": lambda body, instance, _now: update_status.update_status(body, instance),
    "/presentations/create": lambda body, instance, now: hold.create_presentation(body, instance, now=now),
    "/presentations/verify": lambda body, instance, now: verify.verify_presentation(body, instance, now=now),
}
_NOT_FOUND = frozenset({"credential-unknown", "issuing-not-offered", "status-not-offered"})


def respond(
    method: str, path: str, data: bytes, instance: Instance, *, now: datetime, query: Mapping[str, str] | None = None
) -> Reply:
    """The reply to a request; ``path`` is percent-encoded and relative to the instance. Never raises a refusal."""
    if path.startswith(IDENTIFIERS):
        if method != "GET":
            return _failure(405, "method-not-allowed", "Only GET is answered here.")
        return identifiers.resolve(unquote(path[len(IDENTIFIERS) :]), query or {}, instance)
    step = POSTS.get(path)
    if step is None:
        return _failure(404, "path-unknown", "There is no such end point.")
    if method != "POST":
        return _failure(405, "method-not-allowed", "Only POST is answered here.")
    try:
        return step(strict_json.loads_object(data, maximum_bytes=MAXIMUM_BYTES), instance, now)
    except CredenzaError as error:
        return Reply(_status(error), _problem(_status(error), error))


def _status(error: CredenzaError) -> int:
    if error.code in _NOT_FOUND:
        return 404
    return 409 if isinstance(error, Conflict) else 400


def _problem(status: int, error: CredenzaError) -> dict[str, Any]:
    problem = of_error(error).to_json()
    return {**problem, "status": status, "errors": [problem], "problemDetails": [problem]}


def _failure(status: int, code: str, message: str) -> Reply:
    error = MalformedInput(code, message) if status != 405 else Refused(code, message)
    return Reply(status, _problem(status, error))
