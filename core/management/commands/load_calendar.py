"""Load a year of the working calendar from a file made after the State Council's holiday notice."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import Refusal
from core.services import calendar


class Command(BaseCommand):
    help = "Load a year's holidays and make-up days: lines like 2027-01-01,休,元旦 and 2027-02-20,班,春节调休"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, year: int, file: Path, **options: Any) -> None:
        try:
            working = calendar.load_year(
                year=year, text=file.read_text(encoding="utf-8-sig"), by=None, now=clock.now()
            )
        except (Refusal, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已导入{year}年工作日历，共{working}个工作日。{calendar.doubt(working)}")
