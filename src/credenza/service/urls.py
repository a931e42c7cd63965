"""The addresses of the service; each app has its own, under the name that people see."""

from django.urls import include, path, re_path
from django.views.i18n import set_language

from credenza.service.accounts.proving import ConfirmEmail
from credenza.service.operations.views import home

handler500 = "credenza.service.operations.views.server_error"
urlpatterns = [  # they are tried in turn: what the world opens most stands first
    path("", home, name="home"),
    path("", include("credenza.service.verification.urls")),
    path("", include("credenza.service.wallet.urls")),
    path("", include("credenza.service.program_urls")),
    path("language/", set_language, name="set_language"),
    re_path(r"^account/confirm-email/(?P<key>[-:\w]+)/\Z", ConfirmEmail.as_view(), name="confirm_email"),
    path("account/", include("allauth.urls")),
    path("", include("credenza.service.accounts.urls")),
    path("", include("credenza.service.catalogue.urls")),
    path("", include("credenza.service.issuance.urls")),
    path("", include("credenza.service.recognition.urls")),
    path("", include("credenza.service.pathways.urls")),
    path("", include("credenza.service.exchange.urls")),
    path("", include("credenza.service.api.urls")),
    path("", include("credenza.service.operations.urls")),
]
