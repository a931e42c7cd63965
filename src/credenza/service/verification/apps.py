"""The Django app."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "credenza.service.verification"
    label = "verification"
