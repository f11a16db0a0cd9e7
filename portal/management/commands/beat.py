"""`manage.py beat`: sends what is due by the clock; of several only one works, and another takes over when it is gone."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal import leading
from portal.celery import app

NAME = "portal.beat"


class Command(BaseCommand):
    help = "运行定时派发进程。可以在几台机器上同时运行：只有一个在工作，它停了另一个接替。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--schedule", help="记录上次派发时间的文件，默认在 VAR_DIR 下")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        leading.keep(leading.lead(NAME), NAME)
        app.Beat(
            schedule=options["schedule"] or str(settings.VAR_DIR / "beat"), loglevel="INFO", quiet=True
        ).run()
