"""`manage.py simulate_department FILE`: the software of one department, played for the demo."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.department import Setup, Simulator, server


class Command(BaseCommand):
    help = "模拟一个部门的自有系统：接收推送，回执，稍后回传结果。FILE 由演示写好。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="演示写好的连接文件")

    def handle(self, *args: Any, **options: Any) -> None:
        setup = Setup.read(options["file"])
        logging.getLogger("portal.demo.department").setLevel(logging.INFO)
        with server(Simulator(setup)) as listening:
            self.stdout.write(f"{setup.department} 的系统：127.0.0.1:{setup.port}")
            listening.serve_forever()
