"""A wallet credential with only the fields that a holder chose: still sealed, and anybody can check it.

The fields are the lines of ``record.description``; which claims each stands for is a table. Claims of no field that say
nothing of the person (ids, the language, where the status is) are always shown; all others stay hidden.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from functools import cache
from importlib import resources

from credenza.encoding import strict_json
from credenza.proof import jws, sd_jwt
from credenza.proof.sd_jwt.parts import parse
from credenza.proof.sd_jwt.unpack import unpack


def disclose(sealed: str, fields: Collection[str]) -> str:
    """A presentation of an SD-JWT VC (RFC 9901 section 7.2) that shows these fields and hides every other.

    Raises:
        MalformedInput: ``sd-jwt-...`` where it is no SD-JWT.
    """
    held = parse(sealed)
    payload = strict_json.loads_object(jws.parse_compact(held.token, understood_critical=jws.NONE_UNDERSTOOD).payload)
    stated = unpack(payload, held.disclosures).claims
    wanted = [claim for field in ("", *fields) for claim in _claims().get(field, ()) if claim in stated]
    return sd_jwt.present(sealed, disclose=[(claim,) for claim in wanted])


@cache
def _claims() -> dict[str, tuple[str, ...]]:
    text = resources.files("credenza.holding").joinpath("field_claims.csv").read_text("utf-8")
    return {row["field"]: tuple(row["claims"].split()) for row in csv.DictReader(text.splitlines())}
