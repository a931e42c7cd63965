"""The Django app."""

from django.apps import AppConfig


class IssuanceConfig(AppConfig):
    name = "credenza.service.issuance"
    label = "issuance"
