"""The addresses of this app."""

from django.urls import path

from credenza.service.recognition.views import desk, imports, learner, rules, statistics

_DESK = "console/<slug:slug>/recognition"

urlpatterns = [
    path("recognition", learner.institutions, name="recognition"),
    path("recognition/cases", learner.cases, name="recognition_cases"),
    path("recognition/cases/<uuid:pk>", learner.case, name="recognition_case"),
    path("recognition/cases/<uuid:pk>/decision.xml", learner.decision_elmo, name="recognition_elmo"),
    path("recognition/cases/<uuid:pk>/files/<uuid:file_pk>", learner.file, name="recognition_file"),
    path("recognition/cases/<uuid:pk>/<slug:action>", learner.act, name="recognition_act"),
    path("recognition/<uuid:pk>", learner.requirement, name="recognition_requirement"),
    path("recognition/<uuid:pk>/bring", learner.bring, name="recognition_bring"),
    path("recognition/<uuid:pk>/ask", learner.ask, name="recognition_ask"),
    path(_DESK, desk.queue, name="desk"),
    path(f"{_DESK}/cases/<uuid:pk>", desk.case, name="desk_case"),
    path(f"{_DESK}/cases/<uuid:pk>/decide", desk.decide, name="desk_decide"),
    path(f"{_DESK}/cases/<uuid:pk>/decision.xml", desk.decision_elmo, name="desk_elmo"),
    path(f"{_DESK}/cases/<uuid:pk>/files/<uuid:file_pk>", desk.file, name="desk_file"),
    path(f"{_DESK}/cases/<uuid:pk>/<slug:action>", desk.act, name="desk_act"),
    path(f"{_DESK}/rules", rules.overview, name="desk_rules"),
    path(f"{_DESK}/rules/decide", rules.decide_open, name="desk_decide_open"),
    path(f"{_DESK}/rules/import", rules.import_toml, name="desk_import_toml"),
    path(f"{_DESK}/requirements/new", rules.requirement, name="desk_new_requirement"),
    path(f"{_DESK}/requirements/<uuid:pk>", rules.requirement, name="desk_requirement"),
    path(f"{_DESK}/policies/new", rules.policy, name="desk_new_policy"),
    path(f"{_DESK}/policies/<uuid:pk>", rules.policy, name="desk_policy"),
    path(f"{_DESK}/settings", rules.settings, name="desk_settings"),
    path(f"{_DESK}/register", imports.register, name="desk_register"),
    path(f"{_DESK}/levels", imports.levels, name="desk_levels"),
    path(f"{_DESK}/statistics", statistics.page, name="desk_statistics"),
    path(f"{_DESK}/statistics.csv", statistics.as_csv, name="desk_statistics_csv"),
]
