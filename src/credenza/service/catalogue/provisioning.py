"""A micro-credential put into the catalogue at once, without the designer's steps: for demonstrations and imports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from credenza.service.accounts import audit
from credenza.service.accounts.models import Organisation, User
from credenza.service.catalogue.models import Definition, DefinitionVersion, VersionState
from credenza.service.catalogue.versions import describe, record_of


def publish_form(organisation: Organisation, form: Mapping[str, Any], *, actor: User | str) -> DefinitionVersion:
    """A published definition from what ``micro-credential.toml`` holds.

    Raises:
        MalformedInput: ``definition-invalid``.
    """
    plain = json.loads(json.dumps(dict(form), default=str))  # dates of TOML become ISO 8601 texts
    with transaction.atomic():
        definition = Definition.objects.create(organisation=organisation)
        version = DefinitionVersion(definition=definition, number=1, state=VersionState.PUBLISHED, form=plain)
        version.published_at = timezone.now()
        describe(version, record_of(definition, plain))
        version.save()
        definition.published = version
        definition.save(update_fields=["published"])
        audit.record(organisation, "definition.published", actor=actor, subject=version.id, by="provisioning")
    return version
