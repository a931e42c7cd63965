"""A wallet credential with only the fields that a holder chose: still sealed, and anybody can check it.

The fields are the lines of ``record.description``; which claims each stands for is a table. A claim that stands for
several is shown where all of them are. Claims of no field that say
nothing of the person (ids, the language, where the status is) are always shown; all others stay hidden.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Any

from credenza.encoding import strict_json
from credenza.proof import jws, sd_jwt
from credenza.proof.sd_jwt.parts import parse
from credenza.proof.sd_jwt.unpack import unpack

_OPEN = {"iat": "date_of_issuing", "nbf": "date_of_issuing", "exp": "valid_until"}


def disclose(sealed: str, fields: Collection[str]) -> str:
    """A presentation of an SD-JWT VC (RFC 9901 section 7.2) that shows these fields and hides every other.

    Raises:
        MalformedInput: ``sd-jwt-...`` where it is no SD-JWT.
    """
    stated = unpack(_payload(sealed), parse(sealed).disclosures).claims
    shown = {"", *fields}
    wanted = [claim for claim, needed in _needed().items() if claim in stated and needed <= shown]
    return sd_jwt.present(sealed, disclose=[(claim,) for claim in wanted])


def says_openly(sealed: str) -> frozenset[str]:
    """The fields that this seal cannot hide: its dates are claims that every verifier sees (SD-JWT VC section 3.2.2.2).

    Raises:
        MalformedInput: ``sd-jwt-...`` where it is no SD-JWT.
    """
    payload = _payload(sealed)
    return frozenset(field for claim, field in _OPEN.items() if claim in payload)


def _payload(sealed: str) -> dict[str, Any]:
    token = jws.parse_compact(parse(sealed).token, understood_critical=jws.NONE_UNDERSTOOD)
    return strict_json.loads_object(token.payload)


@cache
def _needed() -> dict[str, set[str]]:
    """Of each claim, the fields that it stands for."""
    text = resources.files("credenza.holding").joinpath("field_claims.csv").read_text("utf-8")
    needed: dict[str, set[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        for claim in row["claims"].split():
            needed.setdefault(claim, set()).add(row["field"])
    return needed
