"""The address of the gallery."""

from django.urls import path

from qms.ui import views

urlpatterns = [path("ui/", views.gallery, name="gallery")]
