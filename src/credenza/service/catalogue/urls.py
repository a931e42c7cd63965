"""The addresses of the catalogue and of the designer's pages."""

from django.urls import path

from credenza.service.catalogue import console_views, views

_CONSOLE = "console/<slug:slug>/definitions"

urlpatterns = [
    path("catalogue", views.index, name="catalogue"),
    path("catalogue.jsonld", views.dump, name="catalogue_dump"),
    path("catalogue.atom", views.feed, name="catalogue_feed"),
    path("catalogue/<uuid:pk>", views.show, name="catalogue_show"),
    path("catalogue/<uuid:pk>.jsonld", views.machine, name="catalogue_machine"),
    path("vocabulary/<slug:name>", views.vocabulary_search, name="vocabulary_search"),
    path(_CONSOLE, console_views.index, name="definitions"),
    path(f"{_CONSOLE}/new", console_views.new, name="definition_new"),
    path(f"{_CONSOLE}/<uuid:pk>", console_views.show, name="definition_show"),
    path(f"{_CONSOLE}/<uuid:pk>/edit", console_views.edit, name="definition_edit"),
    path(f"{_CONSOLE}/<uuid:pk>/live", console_views.live, name="definition_live"),
    path(f"{_CONSOLE}/<uuid:pk>/decide", console_views.decide, name="definition_decide"),
    path(f"{_CONSOLE}/<uuid:pk>/certificate.png", console_views.certificate, name="definition_certificate"),
]
