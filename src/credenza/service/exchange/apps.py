"""The Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "credenza.service.exchange"
    label = "exchange"
