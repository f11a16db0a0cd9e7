"""`python manage.py demo`: the whole portal with demo data on this machine, until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from rich.console import Console
from rich.table import Table

from portal import engines
from portal.demo import environment
from portal.demo.cast import department_accounts, department_prefixes
from portal.demo.prepare import Account, prepare
from portal.demo.progress import ProgressReport
from portal.demo.supervisor import DemoError, Supervisor, services
from portal.engines.locks import FileLock


class Command(BaseCommand):
    help = "启动演示：准备演示数据，启动网站、任务进程和定时器，按 Ctrl-C 全部停止。"
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址，默认只有本机可以访问")
        parser.add_argument("--port", type=int, help="监听的端口，默认 8000，被占用时顺延")
        parser.add_argument("--check", action="store_true", help="启动后检查健康页和首页，然后停止")

    def handle(self, *, check: bool, **options: Any) -> None:
        door = environment.door
        if door is None:
            raise CommandError("请用 python manage.py demo 启动演示。")
        lock = FileLock(environment.directory() / "lock")
        if not lock.try_exclusive():
            self.stdout.write(f"演示已在运行：{environment.last_address()}")
            return
        (environment.directory() / "address").write_text(f"{door.url}\n")
        console = Console(highlight=False)
        _interrupt_on_signals()
        try:
            accounts = _prepare(console, environment.log_directory() / "demo.log")
            _run(door, accounts, console, check=check)
        except KeyboardInterrupt:
            _say(console, "演示已停止。")
        except DemoError as error:
            raise CommandError(f"演示未能启动 / the demo did not start:\n{error}") from error
        finally:
            connection.close()
            engines.leave()
            lock.release()


def _interrupt_on_signals() -> None:
    """Let a request to end and a closed terminal mean the same as Ctrl-C; nohup keeps its meaning."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def _prepare(console: Console, log: Path) -> list[Account]:
    """Prepare the data with progress on the screen; what the services log meanwhile goes to a file."""
    with log.open("a", encoding="utf-8") as file, _logging_to(file), ProgressReport(console) as report:
        return prepare(report)


@contextlib.contextmanager
def _logging_to(file: TextIO) -> Iterator[None]:
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    streams = [handler.setStream(file) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, streams, strict=True):
            if stream is not None:
                handler.setStream(stream)


def _run(door: environment.Door, accounts: list[Account], console: Console, *, check: bool) -> None:
    connection.close()
    children = services(door, logs=environment.log_directory(), files=environment.directory())
    supervisor = Supervisor(children, door, tell=lambda text: _say(console, text))
    try:
        _say(console, "正在启动网站、任务进程和定时器…")
        supervisor.start()
        if check:
            _check_home_page(supervisor)
            _say(console, f"演示正常：{door.url}")
            return
        _show(accounts, door.url, console)
        supervisor.watch_over()
    finally:
        _ignore_signals()
        _say(console, "正在停止…")
        supervisor.stop()


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _check_home_page(supervisor: Supervisor) -> None:
    status = supervisor.status_of("/")
    if status != 200:
        raise DemoError(f"{supervisor.door.url}/ → {status}\n{supervisor.last_words()}")


def _show(accounts: list[Account], address: str, console: Console) -> None:
    table = Table(title="演示账号")
    for heading in ("角色", "姓名", "用户名", "密码"):
        table.add_column(heading, no_wrap=True)
    for account in accounts:
        table.add_row(account.role, account.name, account.username, account.password)
    console.print(table)
    _show_departments(console)
    console.print(f"最多跑一次 · 一窗通办　[bold]{address}[/bold]　（按 Ctrl-C 停止）")


def _show_departments(console: Console) -> None:
    posts = "、".join(f".{suffix} {role}" for suffix, role in department_accounts())
    names = "、".join(f"{prefix} {name}" for prefix, name in department_prefixes())
    console.print(
        f"其他部门的账号（密码相同）是“部门代码.岗位”，例如 wjj.review1。\n岗位：{posts}\n部门：{names}"
    )
    connection.close()


def _say(console: Console, text: str) -> None:
    """Print a line; a terminal that has been closed must not keep us from stopping what we started."""
    with contextlib.suppress(OSError):
        console.print(text)
