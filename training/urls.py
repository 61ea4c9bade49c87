"""Addresses of reading and signing."""

from django.urls import path

from training.views import readers, reading, types

DOCUMENT = "documents/<str:number>/"

urlpatterns = [
    path("reading/", reading.my_reading, name="my-reading"),
    path("reading/<int:pk>/", reading.reading, name="reading"),
    path("reading/<int:pk>/sign/", reading.sign, name="reading-sign"),
    path("reading/<int:pk>/ask/", reading.ask, name="reading-ask"),
    path("reading/<int:pk>/file/", reading.file, name="reading-file"),
    path("reading/<int:pk>/pictures/<str:digest>/", reading.picture, name="reading-picture"),
    path("people/<int:pk>/reading/", reading.reading_of, name="reading-of"),
    path("documents/types/<str:code>/must-read/", types.must_read, name="type-must-read"),
    path("documents/types/<str:code>/must-read/<int:rule>/end/", types.end_rule, name="type-must-read-end"),
    path(f"{DOCUMENT}must-read/", readers.must_read, name="must-read"),
    path(f"{DOCUMENT}must-read/<int:rule>/end/", readers.end_rule, name="must-read-end"),
    path(f"{DOCUMENT}v<int:n>/readers/", readers.readers, name="readers"),
    path(f"{DOCUMENT}v<int:n>/readers/remind/", readers.remind, name="readers-remind"),
]
