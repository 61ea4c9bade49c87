from django.apps import AppConfig


class QmsConfig(AppConfig):
    """The kernel."""

    name = "qms"
    verbose_name = "Engraft"
    default_auto_field = "django.db.models.BigAutoField"
