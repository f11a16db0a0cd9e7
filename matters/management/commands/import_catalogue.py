"""`manage.py import_catalogue FILE [--dry-run]`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from matters.presenters.findings import tally, tally_words
from matters.selectors.checking import checked, published_for_checks
from matters.services.catalogue_import import CatalogueRefused, ImportReport, import_catalogue

SECTIONS = {"departments": "部门", "service_points": "服务网点", "matters": "事项", "bundles": "一件事"}


class Command(BaseCommand):
    help = "导入事项目录（JSON）：全部导入或全部不导入；内容未变的不动，变了的发布新版本。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="目录文件；“-”表示标准输入")
        parser.add_argument("--dry-run", action="store_true", help="只检查并显示将要做什么，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        text = _text(options["file"])
        try:
            report = import_catalogue(text=text, by=None, now=clock.now(), dry_run=options["dry_run"])
        except CatalogueRefused as refused:
            for problem in refused.problems:
                self.stderr.write(problem)
            raise CommandError(refused.message) from None
        self._summary(report)

    def _summary(self, report: ImportReport) -> None:
        for notice in report.notices:
            self.stdout.write(f"提示：{notice}")
        self.stdout.write("种类\t新增\t更新\t不变")
        for section, name in SECTIONS.items():
            tally = getattr(report, section)
            self.stdout.write(f"{name}\t{len(tally.created)}\t{len(tally.changed)}\t{len(tally.unchanged)}")
        for section, name in SECTIONS.items():
            if changed := getattr(report, section).changed:
                self.stdout.write(f"更新的{name}：{'、'.join(changed)}")
        self.stdout.write("试运行：未写入任何内容。" if report.dry_run else "导入完成。")
        if not report.dry_run:
            self._findings(report)

    def _findings(self, report: ImportReport) -> None:
        """Say what the publish checks find in the matters of the file; it refuses nothing."""
        named = [*report.matters.created, *report.matters.changed, *report.matters.unchanged]
        if named:
            found = list(checked(published_for_checks().filter(matter__code__in=named)))
            counted = tally_words(tally(one for each in found for one in each.findings))
            self.stdout.write(f"发布检查：{counted}。逐条查看：python manage.py check_catalogue")


def _text(name: str) -> str:
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"读不了文件 {name}：{error.strerror}。请核对路径和权限。") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CommandError(f"文件第 {line} 行不是 UTF-8 编码，请用编辑器另存为 UTF-8 后重试。") from None
