"""Addresses of the trail."""

from django.urls import path

from qms.records import views

urlpatterns = [
    path("trail/", views.trail, name="trail"),
    path("trail/csv/", views.trail_csv, name="trail-csv"),
    path("trail/<str:label>/<str:record_id>/", views.record_trail, name="record-trail"),
]
