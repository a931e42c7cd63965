"""Times in JSON Web Tokens (RFC 7519 section 4.1), judged at a moment that the caller names.

Codes raised: ``jwt-claim-malformed``. Codes found: ``jwt-expired``, ``jwt-not-yet-valid``, ``jwt-issued-in-future``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from credenza.errors import MalformedInput
from credenza.proof.finding import Finding, failed


def numeric_date(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A NumericDate claim (seconds since 1970 in UTC) as an aware time, None where it is not there.

    Raises:
        MalformedInput: ``jwt-claim-malformed``.
    """
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedInput("jwt-claim-malformed", f"The claim {name!r} is not a time.", claim=name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise MalformedInput("jwt-claim-malformed", f"The claim {name!r} is not a time.", claim=name) from error


def text(claims: Mapping[str, Any], name: str) -> str | None:
    """A text claim, None where it is not there.

    Raises:
        MalformedInput: ``jwt-claim-malformed``.
    """
    value = claims.get(name)
    if (value is None and name in claims) or (value is not None and not isinstance(value, str)):
        raise MalformedInput("jwt-claim-malformed", f"The claim {name!r} is not a text.", claim=name)
    return value


def time_findings(claims: Mapping[str, Any], *, now: datetime, leeway: timedelta) -> tuple[Finding, ...]:
    """What ``exp``, ``nbf`` and ``iat`` say at ``now``; ``leeway`` forgives clocks that disagree a little.

    Raises:
        MalformedInput: ``jwt-claim-malformed``.
    """
    expires, begins, issued = (numeric_date(claims, name) for name in ("exp", "nbf", "iat"))
    findings = []
    if expires is not None and now >= expires + leeway:
        findings.append(failed("jwt-expired", f"It was valid until {expires:%Y-%m-%d %H:%M} UTC."))
    if begins is not None and now < begins - leeway:
        findings.append(failed("jwt-not-yet-valid", f"It is valid only from {begins:%Y-%m-%d %H:%M} UTC."))
    if issued is not None and now < issued - leeway:
        findings.append(
            failed("jwt-issued-in-future", f"It says it was made later than now: {issued:%Y-%m-%d %H:%M} UTC.")
        )
    return tuple(findings)
