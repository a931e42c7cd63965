"""The addresses of the protocols by which machines talk to the service."""

from django.urls import path, re_path

from credenza.service.exchange import vc_api

VC_API = r"(?P<path>(?:credentials|presentations)/[a-z]+|identifiers/.+)"

urlpatterns = [
    path("vc/<slug:name>/status/<slug:listed>", vc_api.status_list, name="vc_status_list"),
    re_path(rf"^vc/(?P<name>[-a-z0-9]+)/{VC_API}\Z", vc_api.end_point, name="vc_instance"),
    re_path(rf"^{VC_API}\Z", vc_api.end_point, name="vc_api"),
]
