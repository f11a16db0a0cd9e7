"""`manage.py check_catalogue [--format table|json|xlsx] [--matter CODE] [--bundle CODE] [--department CODE] [--severity …]`."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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

from matters.bundling import BUNDLE_CHECKS
from matters.catalogue.words import place_words
from matters.checks import CHECKS, Finding
from matters.enums import VersionStatus
from matters.models import Bundle, Department, Matter
from matters.presenters.findings import GRADES, grade, tally, tally_words
from matters.selectors.checking import Checked, CheckedBundle, catalogue_for_checks, checked, checked_bundles

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


@dataclass(frozen=True)
class Asked:
    """The codes that the check is narrowed to; empty for all."""

    matters: list[str] | None
    bundles: list[str] | None
    departments: list[str] | None


@dataclass(frozen=True)
class Subject:
    """A matter or a bundle with what was found in it; `version` is a matter's, 0 for a bundle."""

    code: str
    name: str
    department: Department
    findings: list[Finding]
    version: int = 0

    @classmethod
    def of_matter(cls, one: Checked) -> "Subject":
        matter, is_to_come = one.version.matter, one.version.status == VersionStatus.SCHEDULED
        name = f"{one.version.name}（{VersionStatus.SCHEDULED.label}）" if is_to_come else one.version.name
        return cls(matter.code, name, matter.department, one.findings, one.version.number)

    @classmethod
    def of_bundle(cls, one: CheckedBundle) -> "Subject":
        return cls(one.bundle.code, one.bundle.name, one.bundle.lead_department, one.findings)

    @property
    def is_bundle(self) -> bool:
        return not self.version


class Command(BaseCommand):
    help = "检查在用的事项目录和一件事，列出不合法律法规和省里规则的地方；发现问题不算失败，退出码是 0。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["table", "json", "xlsx"], default="table", help="输出格式")
        parser.add_argument("--output", metavar="FILE", help="写入文件（xlsx 必填），不写则到标准输出")
        parser.add_argument("--matter", action="append", metavar="CODE", help="只查这个事项，可重复")
        parser.add_argument("--bundle", action="append", metavar="CODE", help="只查这个一件事，可重复")
        parser.add_argument(
            "--department", action="append", metavar="CODE", help="只查这个部门（一件事看牵头部门），可重复"
        )
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
        asked = Asked(options["matter"], options["bundle"], options["department"])
        found = _narrowed([*_matters(asked), *_bundles(asked)], options["severity"])
        if options["format"] == "xlsx":
            _save(_workbook(found), output)
        else:
            text = _json(found) if options["format"] == "json" else self._table(found, output)
            self._deliver(text, output)
        counted = tally_words(tally(one for each in found for one in each.findings))
        self.stderr.write(f"检查了 {_counted(found)}：{counted}。")

    def _table(self, found: Sequence[Subject], output: str | None) -> str:
        table = Table("事项", "程度", "位置", "问题")
        for each in found:
            for one in each.findings:
                name = f"{each.code} {each.name}"
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


def _matters(asked: Asked) -> list[Subject]:
    """Check what is published or waits for its day, with a bar on standard error that says how far it is; none where only bundles are asked for."""
    if asked.bundles and not asked.matters:
        return []
    versions = catalogue_for_checks()
    if asked.matters:
        _all_known(Matter, asked.matters, "事项")
        versions = versions.filter(matter__code__in=asked.matters)
    if asked.departments:
        _all_known(Department, asked.departments, "部门")
        versions = versions.filter(matter__department__code__in=asked.departments)
    found = checked(versions.iterator(chunk_size=200))
    counted = track(found, "检查事项", total=versions.count(), console=Console(stderr=True))
    return [Subject.of_matter(one) for one in counted]


def _bundles(asked: Asked) -> list[Subject]:
    """Check the bundles in use; none where only matters are asked for."""
    if asked.matters and not asked.bundles:
        return []
    found = [Subject.of_bundle(one) for one in checked_bundles()]
    if asked.bundles:
        _all_known(Bundle, asked.bundles, "一件事")
        found = [one for one in found if one.code in asked.bundles]
    if asked.departments:
        found = [one for one in found if one.department.code in asked.departments]
    return found


def _counted(found: Sequence[Subject]) -> str:
    bundles = sum(one.is_bundle for one in found)
    counts = {"个事项": len({one.code for one in found if not one.is_bundle}), "件一件事": bundles}
    return "、".join(f"{count} {what}" for what, count in counts.items() if count) or "0 个事项"


def _all_known(model: type[Model], codes: Iterable[str], name: str) -> None:
    known = set(model._default_manager.filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise CommandError(f"没有编码为“{code}”的{name}，请核对编码。")


def _narrowed(found: list[Subject], grades: list[str] | None) -> list[Subject]:
    if not grades:
        return found
    return [replace(one, findings=[each for each in one.findings if grade(each) in grades]) for one in found]


def _json(found: Sequence[Subject]) -> str:
    counted = tally(one for each in found for one in each.findings)
    told = {
        "tally": counted,
        "matters": [_subject_as_dict(one) | {"version": one.version} for one in found if not one.is_bundle],
        "bundles": [_subject_as_dict(one) for one in found if one.is_bundle],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _subject_as_dict(one: Subject) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "department": one.department.code,
        "findings": [_as_dict(each) for each in one.findings],
    }


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


def _workbook(found: Sequence[Subject]) -> Workbook:
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


def _cells(each: Subject, one: Finding) -> list[str]:
    return [
        each.code,
        each.name,
        each.department.short_name,
        GRADES[grade(one)][0],
        place_words(one.place),
        one.place,
        one.what,
        one.how,
        one.source,
        (BUNDLE_CHECKS if each.is_bundle else CHECKS)[one.code].title,
    ]


def _save(book: Workbook, output: str) -> None:
    try:
        book.save(output)
    except OSError as error:
        raise _unwritable(output, error) from None


def _unwritable(output: str, error: OSError) -> CommandError:
    return CommandError(f"写不了文件 {output}：{error.strerror}。请核对路径和权限。")
