"""All addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("qms.home.urls")),
    path("", include("qms.notifications.urls")),
    path("", include("qms.people.urls")),
    path("", include("qms.records.urls")),
    path("", include("qms.signatures.urls")),
    path("", include("qms.ui.urls")),
    path("", include("sops.urls")),
    path("", include("training.urls")),
]

handler400 = "qms.ui.views.bad_request"
handler403 = "qms.ui.views.permission_denied"
handler404 = "qms.ui.views.page_not_found"
