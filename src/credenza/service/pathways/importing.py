"""A pathway file (TOML or JSON, as for ``credenza stack``) taken as the draft."""

from __future__ import annotations

import tomllib
from typing import Any

from credenza.encoding import strict_json
from credenza.errors import MalformedInput
from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition, definition_id
from credenza.service.pathways.designing import Draft
from credenza.service.pathways.models import PathwayVersion
from credenza.stacking.pathway_file import read_pathway

LARGEST = 256_000


def read(data: bytes, version: PathwayVersion) -> Draft:
    """The draft of a file; its ``id`` is passed over, its ``award`` taken where it is a definition of the organisation.

    Raises:
        MalformedInput: ``pathway-file-too-large``, ``pathway-file-unreadable``, ``pathway-invalid``.
    """
    if len(data) > LARGEST:
        raise MalformedInput("pathway-file-too-large", "A pathway file is at most 256 kB.")
    form = _parsed(data)
    form.pop("id", None)
    award = form.pop("award", None)
    chosen = _own_definition(award, version.pathway.organisation) or version.award
    uri = chosen.uri if chosen is not None else version.pathway.uri  # any URI: an award is asked for later
    read_pathway({**form, "id": version.pathway.uri, "award": uri})
    return Draft(form, chosen, version.description, version.automatic)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            return dict(strict_json.loads_object(text.encode()))
        return tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedInput("pathway-file-unreadable", f"This is no pathway file: {str(error)[:200]}") from error


def _own_definition(uri: object, organisation: Organisation) -> Definition | None:
    found = definition_id(uri) if isinstance(uri, str) else None
    mine = Definition.objects.filter(organisation=organisation, published__isnull=False)
    return mine.filter(pk=found).first() if found is not None else None
