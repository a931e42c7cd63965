"""The addresses of the JSON API's description, and of the console's page for it (the API's own: ``program_urls``)."""

from django.urls import path

from credenza.service.api import console_views, describing

urlpatterns = [
    path("console/<slug:slug>/api", console_views.page, name="console_api"),
    path("api/docs", describing.page, name="api_docs"),
    path("api/openapi.json", describing.openapi, name="api_openapi"),
]
