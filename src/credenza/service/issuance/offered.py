"""The version of a micro-credential that an organisation issues now."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, UUIDField
from django.http import Http404

from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import DefinitionVersion, VersionState
from credenza.service.prepared import Prepared, Slot

_OFFERED = Prepared(
    lambda: (
        DefinitionVersion.objects.select_related("definition__organisation")
        .defer("form", "search_text")
        .filter(
            definition=Slot("definition", UUIDField()),
            definition__organisation=Slot("organisation", UUIDField()),
            definition__withdrawn_at=None,
            definition__published=F("pk"),
            state=VersionState.PUBLISHED,
        )
    )
)


def offered(organisation: Organisation, definition: UUID) -> DefinitionVersion:
    """The version of this definition that is issued now.

    Raises:
        Http404: there is none of this organisation.
    """
    version = _OFFERED.first(definition=definition, organisation=organisation.pk)
    if version is None:
        raise Http404
    version.definition.organisation = organisation
    return version
