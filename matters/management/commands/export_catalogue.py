"""`manage.py export_catalogue FILE [--department CODE] [--codes A,B] [--encoding …]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import Refusal
from matters.exchange.writing import FORMATS
from matters.services.exchange import export_file


class Command(BaseCommand):
    help = "导出事项目录：.json（无损）、.xlsx 或 .zip（每张表一个 CSV）；再导入时不产生变化。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="写到哪里；后缀决定格式")
        parser.add_argument("--department", metavar="CODE", default="", help="只导出这个部门的事项")
        parser.add_argument("--codes", metavar="CODE,…", default="", help="只导出这些编码的事项")
        parser.add_argument("--encoding", choices=["utf-8", "gb18030"], default="utf-8", help="CSV 的编码")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        ending = path.suffix.lower().removeprefix(".")
        if ending not in FORMATS:
            raise CommandError(
                f"不认识后缀“{path.suffix}”，可用：{'、'.join(f'.{one}' for one in FORMATS)}。"
            )
        try:
            data = export_file(
                ending=ending,
                by=None,
                now=clock.now(),
                department=options["department"],
                codes=[one.strip() for one in options["codes"].split(",") if one.strip()],
                encoding=options["encoding"],
            )
            path.write_bytes(data)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            raise CommandError(f"写不了文件 {path}：{error.strerror}。请核对路径和权限。") from None
        self.stdout.write(f"已导出到 {path}（{len(data):,} 字节）。")
