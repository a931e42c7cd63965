"""A pathway offered at once, without the designer's steps: for demonstrations and imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from credenza.service.accounts import audit
from credenza.service.accounts.models import User
from credenza.service.catalogue.models import DefinitionVersion, VersionState
from credenza.service.pathways.models import Pathway, PathwayVersion


def publish_form(
    award: DefinitionVersion, form: Mapping[str, Any], *, description: str, actor: User | str
) -> PathwayVersion:
    """A published pathway to this larger award, from what a pathway file holds besides ``id`` and ``award``.

    Raises:
        MalformedInput: ``pathway-invalid``.
    """
    organisation = award.definition.organisation
    with transaction.atomic():
        pathway = Pathway.objects.create(organisation=organisation)
        version = PathwayVersion(
            pathway=pathway,
            number=1,
            state=VersionState.PUBLISHED,
            form=dict(form),
            award=award.definition,
            description=description,
            published_at=timezone.now(),
        )
        version.title = version.as_record.title.best("en")[:500]
        version.save()
        pathway.published = version
        pathway.save(update_fields=["published"])
        audit.record(organisation, "pathway.published", actor=actor, subject=version.id, by="provisioning")
    return version
