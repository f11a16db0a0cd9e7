"""`manage.py api_schema`: docs/reference/openapi.yaml, generated from the API's views."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

PATH = settings.BASE_DIR / "docs" / "reference" / "openapi.yaml"


class Command(BaseCommand):
    help = "由接口生成 docs/reference/openapi.yaml；--check 只比较，不同或有警告则退出码为 1。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比较，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        schema = SchemaGenerator().get_schema(public=True)
        validate_schema(schema)
        if GENERATOR_STATS:
            GENERATOR_STATS.emit_summary()
            raise CommandError("The schema has warnings; mend the views it names.")
        text = OpenApiYamlRenderer().render(schema).decode()
        if not options["check"]:
            PATH.write_text(text, encoding="utf-8")
        elif not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
            raise CommandError(
                "docs/reference/openapi.yaml is out of date: run `python manage.py api_schema`."
            )
