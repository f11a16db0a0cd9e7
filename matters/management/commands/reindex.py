"""`manage.py reindex`: write the search's table anew, after a restored backup or a change of what it holds."""

from typing import Any

from django.core.management.base import BaseCommand

from matters.services import search_index


class Command(BaseCommand):
    help = "重建事项检索表。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"检索表已重建：{search_index.rebuild()} 条。")
