"""The addresses of this app."""

from django.urls import URLPattern, path

from credenza.service.accounts.profile import profile

urlpatterns: list[URLPattern] = [path("profile", profile, name="profile")]
