"""The Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "credenza.service.accounts"
    label = "accounts"

    def ready(self) -> None:
        from credenza.service.accounts import proving, security_events, sessions

        proving.connect()
        security_events.connect()
        sessions.connect()
