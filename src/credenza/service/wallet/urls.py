"""The addresses of the wallet."""

from django.urls import path

from credenza.service.wallet import share_views, views

urlpatterns = [
    path("claim/<str:secret>", views.claim, name="claim"),
    path("wallet", views.home, name="wallet"),
    path("wallet/bring", views.bring, name="wallet_bring"),
    path("wallet/export", views.export, name="wallet_export"),
    path("wallet/delete-account", views.delete_account, name="delete_account"),
    path("wallet/share", share_views.new, name="wallet_share"),
    path("wallet/shares", share_views.shares, name="wallet_shares"),
    path("wallet/shares/<uuid:pk>/withdraw", share_views.withdraw, name="wallet_withdraw"),
    path("wallet/<uuid:pk>", views.credential, name="wallet_credential"),
    path("wallet/<uuid:pk>/respond", views.respond, name="wallet_respond"),
    path("wallet/<uuid:pk>/<slug:format_name>", views.download, name="wallet_download"),
    path("s/<str:secret>", share_views.shared, name="shared"),
    path("s/<str:secret>/<int:place>.sd-jwt", share_views.shared_file, name="shared_file"),
]
