from django.apps import AppConfig


class SopsConfig(AppConfig):
    """Controlled documents."""

    name = "sops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from qms.home.work import work_sources  # noqa: PLC0415 - models are not loaded before ready()
        from sops.work import document_work  # noqa: PLC0415

        work_sources.append(document_work)
