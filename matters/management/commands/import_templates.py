"""`manage.py import_templates FILE [--dry-run]`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from matters.services.catalogue_import import CatalogueRefused
from matters.services.templates import import_templates, text_of


class Command(BaseCommand):
    help = "导入事项模板（JSON）：全部导入或全部不导入；已导入的版本不变，新的版本加在后面。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="模板文件；“-”表示标准输入")
        parser.add_argument("--dry-run", action="store_true", help="只检查并显示将要做什么，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_templates(
                text=text_of(_read(options["file"]), options["file"]),
                by=None,
                now=clock.now(),
                dry_run=options["dry_run"],
            )
        except CatalogueRefused as refused:
            for problem in refused.problems:
                self.stderr.write(problem)
            raise CommandError(refused.message) from None
        for name in report.created:
            self.stdout.write(f"新增：{name}")
        self.stdout.write(f"新增 {len(report.created)} 版，不变 {len(report.unchanged)} 版。")
        self.stdout.write("试运行：未写入任何内容。" if report.dry_run else "导入完成。")


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"读不了文件 {name}：{error.strerror}。请核对路径和权限。") from None
