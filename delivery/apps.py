from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "delivery"
    verbose_name = "出件与送达"

    def ready(self) -> None:
        from delivery import machine  # noqa: F401 - declares this room's transitions
