"""The Django app: the JSON API with its keys, and webhooks."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "credenza.service.api"
    label = "api"

    def ready(self) -> None:
        """Let what happens be told to the addresses that asked for it, and what is erased be forgotten here too."""
        from credenza.service.accounts import audit
        from credenza.service.api import idempotency
        from credenza.service.api.webhooks import events
        from credenza.service.issuance import erasure, issuing

        audit.recorded.connect(events.of_audit, dispatch_uid="webhooks")
        issuing.issued.connect(events.of_issued, dispatch_uid="webhooks")
        erasure.erased.connect(idempotency.forget_award, dispatch_uid="answers")
