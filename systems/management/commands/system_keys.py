"""`manage.py system_keys`: list, make and end the keys of a department's system."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import Refusal
from systems.enums import Direction
from systems.models import DepartmentSystem
from systems.services import keeping


class Command(BaseCommand):
    help = "列出、生成、停用部门系统的密钥。轮换：生成新的，对方换好后停用旧的。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("department", help="部门代码，如 SWJ")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--new", choices=Direction.values, help="生成一个密钥，只显示这一次")
        which.add_argument("--end", metavar="密钥编号", help="立即停用一个密钥")

    def handle(self, *args: Any, **options: Any) -> None:
        found = DepartmentSystem.objects.filter(department__code=options["department"])
        system = found.select_related("department").first()
        if system is None:
            raise CommandError(f"部门 {options['department']} 没有登记系统，请先在“部门系统”页面登记。")
        try:
            self._act(system, options)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal

    def _act(self, system: DepartmentSystem, options: dict[str, Any]) -> None:
        now = clock.now()
        if options["new"]:
            made = keeping.make_key(system=system, direction=options["new"], by=None, now=now)
            self.stdout.write(f"{made.key.key_id}\n{made.secret}")
        elif options["end"]:
            ended = keeping.end_key(system=system, key_id=options["end"], by=None, now=now)
            self.stdout.write(f"已停用 {ended.key_id}")
        else:
            for key in system.keys.all():
                state = "已停用" if key.ended_at else "有效"
                self.stdout.write(f"{key.key_id}  {key.get_direction_display()}  {state}")
