"""`manage.py reencrypt [--check]`: personal data at rest under the first of FIELD_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.services import reencrypting
from core.services.reencrypting import Tally

SHOWN = 20


class Command(BaseCommand):
    help = (
        "把加密保存的个人信息全部改用 FIELD_KEYS 的第一个密钥；已改的不动，中断后可重新运行。"
        "最后一个密钥还用于查找，不能去掉。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只数还有多少没有改，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        do = reencrypting.look if options["check"] else reencrypting.reencrypt
        unfinished = 0
        for model, names in reencrypting.encrypted().items():
            label, tally = model._meta.label, Tally()
            for tally in do(model, names):
                if self.stdout.isatty():
                    self.stdout.write(self._line(label, tally), ending="\r")
                    self.stdout.flush()
            self.stdout.write(self._line(label, tally))
            unfinished += len(tally.left) + len(tally.unreadable)
            for word, keys in (("未改", tally.left), ("任何密钥都解不开", tally.unreadable)):
                if keys:
                    self.stderr.write(
                        f"{label} {word}：{'、'.join(map(str, keys[:SHOWN]))}{'……' if keys[SHOWN:] else ''}"
                    )
        if unfinished:
            raise CommandError(f"还有{unfinished}行不在第一个密钥之下；旧密钥不能去掉。")
        self.stdout.write("全部数据都在第一个密钥之下；中间的旧密钥可以去掉，最后一个必须保留。")

    def _line(self, label: str, tally: Tally) -> str:
        return f"{label}：已看{tally.looked_at}行，改写{tally.rewritten}行"
