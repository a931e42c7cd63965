"""The Django app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "credenza.service.catalogue"
    label = "catalogue"
