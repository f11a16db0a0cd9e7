"""`manage.py check_catalogue [--format table|json|xlsx] [--matter CODE] [--department CODE] [--severity …]`."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console
from rich.progress import track
from rich.table import Table

from matters.checks import CHECKS, Finding
from matters.models import Department, Matter
from matters.presenters.findings import GRADES, grade, place_words, tally, tally_words
from matters.selectors.checking import Checked, checked, published_for_checks

COLUMNS = {
    "事项编码": 14,
    "事项名称": 32,
    "部门": 10,
    "程度": 10,
    "位置": 30,
    "元素": 26,
    "问题": 50,
    "改法": 50,
    "依据": 40,
    "检查": 28,
}
WIDTH = 200  # of a table that no terminal limits


class Command(BaseCommand):
    help = "检查在用的事项目录，列出不合法律法规和省里规则的地方；发现问题不算失败，退出码是 0。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["table", "json", "xlsx"], default="table", help="输出格式")
        parser.add_argument("--output", metavar="FILE", help="写入文件（xlsx 必填），不写则到标准输出")
        parser.add_argument("--matter", action="append", metavar="CODE", help="只查这个事项，可重复")
        parser.add_argument("--department", action="append", metavar="CODE", help="只查这个部门，可重复")
        parser.add_argument(
            "--severity",
            action="append",
            choices=list(GRADES),
            help="只列这个程度，可重复：blocks 不能发布、error 错误、warning 提醒、hint 建议",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        output = options["output"]
        if options["format"] == "xlsx" and not output:
            raise CommandError("xlsx 是二进制文件，请写明文件名，例如 --output findings.xlsx。")
        found = _narrowed(_checked(options["matter"], options["department"]), options["severity"])
        if options["format"] == "xlsx":
            _save(_workbook(found), output)
        else:
            text = _json(found) if options["format"] == "json" else self._table(found, output)
            self._deliver(text, output)
        counted = tally_words(tally(one for each in found for one in each.findings))
        self.stderr.write(f"检查了 {len(found)} 个事项：{counted}。")

    def _table(self, found: Sequence[Checked], output: str | None) -> str:
        table = Table("事项", "程度", "位置", "问题")
        for each in found:
            for one in each.findings:
                name = f"{each.version.matter.code} {each.version.name}"
                table.add_row(name, GRADES[grade(one)][0], place_words(one.place), one.what)
        to_terminal = not output and self.stdout.isatty()
        console = Console(width=None if to_terminal else WIDTH, markup=False, highlight=False)
        with console.capture() as captured:
            console.print(table)
        return captured.get()

    def _deliver(self, text: str, output: str | None) -> None:
        if not output:
            self.stdout.write(text)
            return
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise _unwritable(output, error) from None


def _checked(matters: list[str] | None, departments: list[str] | None) -> list[Checked]:
    """Check what is published, with a bar on standard error that says how far it is."""
    versions = published_for_checks()
    if matters:
        _all_known(Matter, matters, "事项")
        versions = versions.filter(matter__code__in=matters)
    if departments:
        _all_known(Department, departments, "部门")
        versions = versions.filter(matter__department__code__in=departments)
    found = checked(versions.iterator(chunk_size=200))
    return list(track(found, "检查事项", total=versions.count(), console=Console(stderr=True)))


def _all_known(model: type[Model], codes: Iterable[str], name: str) -> None:
    known = set(model._default_manager.filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise CommandError(f"没有编码为“{code}”的{name}，请核对编码。")


def _narrowed(found: Iterable[Checked], grades: list[str] | None) -> list[Checked]:
    if not grades:
        return list(found)
    return [Checked(one.version, [each for each in one.findings if grade(each) in grades]) for one in found]


def _json(found: Sequence[Checked]) -> str:
    matters = [
        {
            "code": each.version.matter.code,
            "name": each.version.name,
            "department": each.version.matter.department.code,
            "version": each.version.number,
            "findings": [_as_dict(one) for one in each.findings],
        }
        for each in found
    ]
    counted = tally(one for each in found for one in each.findings)
    return json.dumps({"tally": counted, "matters": matters}, ensure_ascii=False, indent=2)


def _as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "blocks": finding.blocks,
        "place": finding.place,
        "what": finding.what,
        "how": finding.how,
        "source": finding.source,
    }


def _workbook(found: Sequence[Checked]) -> Workbook:
    """Return a workbook with one row for each finding, ready to be filtered."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "检查结果"
    sheet.append(list(COLUMNS))
    for each in found:
        for one in each.findings:
            sheet.append(_cells(each, one))
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.data_type = "s"  # a name that begins with “=” is no formula
    for cell, width in zip(sheet[1], COLUMNS.values(), strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    return book


def _cells(each: Checked, one: Finding) -> list[str]:
    matter = each.version.matter
    return [
        matter.code,
        each.version.name,
        matter.department.short_name,
        GRADES[grade(one)][0],
        place_words(one.place),
        one.place,
        one.what,
        one.how,
        one.source,
        CHECKS[one.code].title,
    ]


def _save(book: Workbook, output: str) -> None:
    try:
        book.save(output)
    except OSError as error:
        raise _unwritable(output, error) from None


def _unwritable(output: str, error: OSError) -> CommandError:
    return CommandError(f"写不了文件 {output}：{error.strerror}。请核对路径和权限。")
