"""The Django app."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "credenza.service.pathways"
    label = "pathways"
