"""A version as it will look: the record of its draft, or of what is published, and its certificate without a learner."""

from __future__ import annotations

from django.utils import timezone

from credenza.adapters.certificate_printer import Printer
from credenza.issuing.awards import IssuingPlan
from credenza.record import Media, MicroCredential
from credenza.service.catalogue import designing
from credenza.service.catalogue.models import DefinitionVersion


def record_of(version: DefinitionVersion) -> MicroCredential | None:
    """What the form comes to now, else what was kept of it; None where there is no record yet."""
    judged = designing.judge(version.definition, version.form)
    return judged.record or (version.as_record if version.record else None)


def certificate(version: DefinitionVersion) -> Media | None:
    """The certificate's page as a picture; None where there is no record yet."""
    record, organisation = record_of(version), version.definition.organisation
    if record is None:
        return None
    language = record.title.languages[0][:2]
    plan = IssuingPlan(record, record.awarding_body, (), organisation.base_url, timezone.now(), language)
    return Printer(plan, test_seal=organisation.is_demo).batch_page()
