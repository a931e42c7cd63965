"""The Django app."""

from django.apps import AppConfig


class IssuanceConfig(AppConfig):
    name = "credenza.service.issuance"
    label = "issuance"

    def ready(self) -> None:
        """Let the letters to learners be sent."""
        from credenza.service.issuance import letters, mailing

        mailing.register(letters.KIND)
