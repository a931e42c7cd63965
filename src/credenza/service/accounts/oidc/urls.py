"""The addresses of OpenID Connect sign-in; allauth includes them under ``account/``."""

from django.urls import path

from credenza.service.accounts.oidc import views

urlpatterns = [
    path("oidc/<str:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
