"""The Django app."""

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "credenza.service.recognition"
    label = "recognition"
