"""`manage.py create_admin USERNAME NAME [--password-stdin]`."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import Refusal
from matters.services.administrators import create_administrator


class Command(BaseCommand):
    help = "创建系统管理员账号并任系统管理岗；已是管理员的不作改动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名")
        parser.add_argument("name", help="姓名")
        parser.add_argument("--password-stdin", action="store_true", help="从标准输入读密码（一行）")

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else _ask_twice()
        try:
            user, done = create_administrator(
                username=options["username"], name=options["name"], password=password, now=clock.now()
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if done:
            self.stdout.write(f"已任“{user.name}”（{user.username}）为系统管理员。")
        else:
            self.stdout.write(f"“{user.username}”已经是系统管理员，未作任何改动。")


def _ask_twice() -> str:
    password = getpass.getpass("密码：")
    if password != getpass.getpass("再输一次："):
        raise CommandError("两次输入的密码不一致，请重新运行。")
    return password
