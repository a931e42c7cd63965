"""The addresses that programs use with a key and never with a cookie: the JSON API and the W3C VC API (see ``programs``)."""

from django.urls import path, re_path

from credenza.service.api import describing
from credenza.service.api.v1.api import api
from credenza.service.exchange import vc_api

_END_POINT = r"(?P<path>(?:credentials|presentations)/[a-z]+|identifiers/.+)"

urlpatterns = [
    path("api/v1/", api.urls),
    re_path(r"^api/v1/.*\Z", describing.nothing_here, name="api_nothing_here"),
    re_path(rf"^vc/(?P<name>[-a-z0-9]+)/{_END_POINT}\Z", vc_api.end_point, name="vc_instance"),
    re_path(rf"^{_END_POINT}\Z", vc_api.end_point, name="vc_api"),
]
