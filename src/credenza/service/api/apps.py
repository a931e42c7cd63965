"""The Django app: the JSON API with its keys, and webhooks."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "credenza.service.api"
    label = "api"
