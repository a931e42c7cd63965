"""The addresses of checking."""

from django.urls import path

from credenza.service.verification import views

urlpatterns = [
    path("verify", views.check, name="verify"),
    path("verify/scan", views.scan, name="verify_scan"),
    path("o/<slug:slug>/verify", views.number, name="verify_number"),
]
