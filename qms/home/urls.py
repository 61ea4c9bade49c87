"""Addresses of the first page and the help."""

from django.urls import path

from qms.home import views

urlpatterns = [path("", views.home, name="home"), path("help/", views.help_page, name="help")]
