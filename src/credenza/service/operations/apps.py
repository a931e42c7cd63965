"""The Django app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "credenza.service.operations"
    label = "operations"
