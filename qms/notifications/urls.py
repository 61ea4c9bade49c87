"""Addresses of the work in the background."""

from django.urls import path

from qms.notifications import views

urlpatterns = [
    path("background/", views.background, name="background"),
    path("background/retry/", views.background_retry, name="background-retry"),
    path("background/night/", views.background_night, name="background-night"),
]
