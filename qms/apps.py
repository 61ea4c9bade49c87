from importlib import import_module

from django.apps import AppConfig

from qms.ui.fields import say_what_to_do
from qms.ui.words import leave_out_empty_catalogues


class QmsConfig(AppConfig):
    """The kernel."""

    name = "qms"
    verbose_name = "Engraft"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        say_what_to_do()
        leave_out_empty_catalogues()
        import_module("qms.receivers")  # by name: it reads the models, which are not there yet when this file is read
