"""The addresses of this app."""

from django.urls import URLPattern, path

from credenza.service.operations.design import ask, design, search
from credenza.service.operations.views import privacy

urlpatterns: list[URLPattern] = [
    path("privacy", privacy, name="privacy"),
    path("design", design, name="design"),
    path("design/forms", design, {"part": "forms"}, name="design_forms"),
    path("design/credential", design, {"part": "credential"}, name="design_credential"),
    path("design/console", design, {"part": "console"}, name="design_console"),
    path("design/ask", ask, name="design_ask"),
    path("design/search", search, name="design_search"),
]
