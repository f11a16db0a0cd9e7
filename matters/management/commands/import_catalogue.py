"""`manage.py import_catalogue FILE [--dry-run] [--encoding …] [--skip-faulty] [--report FILE]`."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from matters.catalogue.fields import Remark
from matters.exchange.files import ENCODINGS
from matters.exchange.reporting import Found, write_report
from matters.presenters.findings import tally, tally_words
from matters.services.catalogue_import import CatalogueRefused, ImportReport
from matters.services.exchange import import_file

SECTIONS = {
    "departments": "部门",
    "service_points": "服务网点",
    "main_items": "大项",
    "matters": "事项",
    "bundles": "一件事",
}


class Command(BaseCommand):
    help = "导入事项目录（JSON、Excel 工作簿、CSV 或 CSV 压缩包）：全部导入或全部不导入；内容未变的不动，变了的发布新版本。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="目录文件；“-”表示标准输入")
        parser.add_argument("--dry-run", action="store_true", help="只检查并显示将要做什么，不写入")
        parser.add_argument(
            "--encoding", choices=ENCODINGS, default="auto", help="CSV 和 JSON 的编码，默认自动识别"
        )
        parser.add_argument("--skip-faulty", action="store_true", help="有错误的事项不导入，其余的导入")
        parser.add_argument(
            "--report", metavar="FILE", help="把错误、提示和检查意见写成文件（.xlsx 或 .csv）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_file(
                name=options["file"],
                data=_read(options["file"]),
                by=None,
                now=clock.now(),
                dry_run=options["dry_run"],
                encoding=options["encoding"],
                skip_faulty=options["skip_faulty"],
                most_checked=None,
            )
        except CatalogueRefused as refused:
            self._write_report(options["report"], refused.faults, refused.hints)
            for problem in refused.problems:
                self.stderr.write(problem)
            for hint in refused.hints:
                self.stderr.write(f"提示：{hint.sentence}")
            raise CommandError(refused.message) from None
        self._write_report(options["report"], report.skipped, report.hints, report.found)
        self._summary(report)

    def _write_report(
        self, name: str | None, faults: Sequence[Remark], hints: Sequence[Remark], found: Sequence[Found] = ()
    ) -> None:
        if not name:
            return
        try:
            Path(name).write_bytes(write_report(name, faults, hints, found))
        except OSError as error:
            raise CommandError(f"写不了文件 {name}：{error.strerror}。请核对路径和权限。") from None
        self.stdout.write(
            f"问题清单：{name}（{len(faults)} 处错误，{len(hints)} 条提示，{len(found)} 条检查意见）"
        )

    def _summary(self, report: ImportReport) -> None:
        for fault in report.skipped:
            self.stderr.write(f"没有导入：{fault.sentence}")
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
        if report.checked or report.found:
            self._findings(report)

    def _findings(self, report: ImportReport) -> None:
        """Say what the publish checks find in the matters and bundles of the file; it refuses nothing."""
        counted = tally_words(tally(one.finding for one in report.found))
        more = "加上 --report 文件名" if report.dry_run else "python manage.py check_catalogue"
        self.stdout.write(f"发布检查：{counted}。逐条查看：{more}")


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"读不了文件 {name}：{error.strerror}。请核对路径和权限。") from None
