from importlib import import_module

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Who must know what: reading and signing."""

    name = "training"
    verbose_name = "Training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("training.receivers")  # by name: it reads the models, which are not there yet here
