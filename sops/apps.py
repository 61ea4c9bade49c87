from importlib import import_module

from django.apps import AppConfig


class SopsConfig(AppConfig):
    """Controlled documents."""

    name = "sops"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sops.receivers")  # by name: it reads the models, which are not there yet when this file is read
