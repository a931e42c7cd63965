"""The Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "credenza.service.accounts"
    label = "accounts"
