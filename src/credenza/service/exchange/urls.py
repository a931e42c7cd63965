"""The addresses of the protocols by which machines talk to the service."""

from django.urls import re_path

from credenza.service.exchange import vc_api

VC_API = r"(?P<path>(?:credentials|presentations)/[a-z]+|identifiers/.+)"

urlpatterns = [
    re_path(rf"^vc/(?P<name>[-a-z0-9]+)/{VC_API}\Z", vc_api.end_point, name="vc_instance"),
    re_path(rf"^{VC_API}\Z", vc_api.end_point, name="vc_api"),
]
