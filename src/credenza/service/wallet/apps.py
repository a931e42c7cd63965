"""The Django app."""

from django.apps import AppConfig


class WalletConfig(AppConfig):
    name = "credenza.service.wallet"
    label = "wallet"
