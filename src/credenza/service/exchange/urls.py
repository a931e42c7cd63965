"""The addresses of EMREX and Erasmus Without Paper, and of the pages of transfers (the VC API's: ``program_urls``)."""

from django.urls import path

from credenza.service.exchange import console_views, student_card
from credenza.service.exchange.emrex import client_views, provider_views
from credenza.service.exchange.ewp import console_views as ewp_console
from credenza.service.exchange.ewp import views as ewp

_CONSOLE = "console/<slug:slug>/transfer"

urlpatterns = [
    path("emrex/<slug:slug>", provider_views.begin, name="emrex_begin"),
    path("emrex/<slug:slug>/<uuid:pk>", provider_views.choose, name="emrex_choose"),
    path("wallet/fetch", client_views.fetch, name="emrex_fetch"),
    path("wallet/fetch/return", client_views.returned, name="emrex_return"),
    path("wallet/fetch/opened/<str:ticket>", client_views.result, name="emrex_result"),
    path("wallet/fetch/<uuid:pk>", client_views.fetched, name="emrex_fetched"),
    path("profile/student-card", student_card.student_card, name="student_card"),
    path("ewp/<slug:slug>/manifest", ewp.manifest, name="ewp_manifest"),
    path("ewp/<slug:slug>/echo", ewp.service, {"name": "echo"}, name="ewp_echo"),
    path("ewp/<slug:slug>/institutions", ewp.service, {"name": "institutions"}, name="ewp_institutions"),
    path("ewp/<slug:slug>/imobility-tors/get", ewp.service, {"name": "imobility-tors-get"}, name="ewp_get"),
    path("ewp/<slug:slug>/imobility-tors/index", ewp.service, {"name": "imobility-tors-index"}, name="ewp_index"),
    path(_CONSOLE, console_views.transfer, name="console_transfer"),
    path(f"{_CONSOLE}/mobilities", ewp_console.mobilities, name="console_mobilities"),
    path(f"{_CONSOLE}/transcripts", ewp_console.transcripts, name="console_transcripts"),
    path(f"{_CONSOLE}/transcripts/<uuid:pk>.xml", ewp_console.transcript_file, name="console_transcript_file"),
    path(f"{_CONSOLE}/<uuid:pk>", console_views.decide, name="console_transfer_decide"),
]
