"""The addresses of pathways."""

from django.urls import path

from credenza.service.pathways import console_views, request_views, views

_CONSOLE = "console/<slug:slug>/pathways"

urlpatterns = [
    path("pathways", views.index, name="pathways"),
    path("pathways/<uuid:pk>", views.show, name="pathway"),
    path("pathways/<uuid:pk>/mine", views.mine, name="pathway_mine"),
    path("pathways/<uuid:pk>/act", views.act, name="pathway_act"),
    path(_CONSOLE, console_views.index, name="pathways_console"),
    path(f"{_CONSOLE}/new", console_views.new, name="pathway_new"),
    path(f"{_CONSOLE}/<uuid:pk>", console_views.show, name="pathway_show"),
    path(f"{_CONSOLE}/<uuid:pk>/edit", console_views.edit, name="pathway_edit"),
    path(f"{_CONSOLE}/<uuid:pk>/live", console_views.live, name="pathway_live"),
    path(f"{_CONSOLE}/<uuid:pk>/decide", console_views.decide, name="pathway_decide"),
    path(f"{_CONSOLE}/requests/<uuid:pk>", request_views.request_for_award, name="pathway_request"),
]
