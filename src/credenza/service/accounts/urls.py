"""The addresses of people, organisations and the console's own pages."""

from django.urls import path

from credenza.service.accounts import accreditation_pages, people_views
from credenza.service.accounts import console_views as views
from credenza.service.accounts.profile import profile, sessions

urlpatterns = [
    path("profile", profile, name="profile"),
    path("profile/sessions", sessions, name="sessions"),
    path("invitation/<str:secret>", people_views.invitation, name="invitation"),
    path("console", views.choose, name="console_choose"),
    path("console/new-organisation", views.found, name="console_found"),
    path("console/<slug:slug>", views.home, name="console"),
    path("console/<slug:slug>/organisation", views.organisation_page, name="console_organisation"),
    path("console/<slug:slug>/organisation/accreditations", accreditation_pages.index, name="console_accreditations"),
    path("console/<slug:slug>/organisation/accreditation", accreditation_pages.edit, name="console_accreditation"),
    path("console/<slug:slug>/people", people_views.people_page, name="console_people"),
    path("console/<slug:slug>/people/change", people_views.change_person, name="console_change_person"),
    path("console/<slug:slug>/people/second-factor", people_views.second_factor, name="console_second_factor"),
    path("console/<slug:slug>/keys", views.keys_page, name="console_keys"),
    path("console/<slug:slug>/audit", views.audit_page, name="console_audit"),
    path("console/<slug:slug>/audit.csv", views.audit_file, name="console_audit_export"),
]
