"""The Django app."""

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "credenza.service.recognition"
    label = "recognition"

    def ready(self) -> None:
        """Let the letters about cases be sent."""
        from credenza.service.issuance import mailing
        from credenza.service.recognition import letters

        mailing.register(letters.KIND)
