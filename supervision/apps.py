from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "效能监督"

    def ready(self) -> None:
        from supervision import machine  # noqa: F401 - declares this room's transitions
