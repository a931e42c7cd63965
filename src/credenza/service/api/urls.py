"""The addresses of the JSON API, its description, and the console's page for it."""

from django.urls import URLPattern, URLResolver, path, re_path

from credenza.service.api import console_views, describing
from credenza.service.api.v1.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("console/<slug:slug>/api", console_views.page, name="console_api"),
    path("api/docs", describing.page, name="api_docs"),
    path("api/openapi.json", describing.openapi, name="api_openapi"),
    path("api/v1/", api.urls),
    re_path(r"^api/v1/.*\Z", describing.nothing_here, name="api_nothing_here"),
]
