"""A recognition desk set up at once: for demonstrations and imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from credenza.service.accounts.models import Organisation, User
from credenza.service.recognition import rulebook
from credenza.service.recognition.models import Desk


def open_desk(organisation: Organisation, data: Mapping[str, Any], *, actor: User | str) -> Desk:
    """An open desk with ``requirements`` and ``policies`` as their files hold them, and ``introduction`` and ``appeal``.

    Raises:
        MalformedInput: ``requirement-invalid``, ``policy-invalid``. Conflict: ``requirement-exists``, ``policy-exists``.
    """
    with transaction.atomic():
        told = {name: str(data.get(name, "")) for name in ("introduction", "appeal")}
        desk, _made = Desk.objects.update_or_create(organisation=organisation, defaults=told | {"is_open": True})
        for one in data.get("requirements", ()):
            rulebook.write_requirement(organisation, one, actor=actor)
        for one in data.get("policies", ()):
            rulebook.write_policy(organisation, one, actor=actor)
    return desk
