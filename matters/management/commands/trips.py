"""`manage.py trips CODE [--json] [--answer 问题=答案]`."""

import json
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import NotFound, Refusal
from matters.catalogue.content import elements_of
from matters.presenters.trips import FIGURES, earned_words, members_of
from matters.selectors import bundle_for_guide, matter_for_guide
from matters.trips import Analysis, Route, analyse, analyse_bundle, bundle_refusals, refusals


class Command(BaseCommand):
    help = "推算一个事项或一件事的到现场次数：最少、承诺、最坏，并说明每条路怎么走。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="事项编码或一件事编码")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="问题=答案",
            help="只看这种情形，可重复；一件事里写作 事项编码.问题=答案",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = _matter(options["code"], options["answer"]) or _bundle(options["code"], options["answer"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            self.stdout.write(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(found.lines()))


class _MatterTrips:
    def __init__(self, code: str, values: dict[str, Any], answers: dict[str, str]) -> None:
        self.code, self.published = code, values["max_trips"]
        self.analysis = analyse(values, answers=answers)
        self.objections = refusals(values)

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "kind": "matter",
            "published": self.published,
            **self.analysis.as_dict(),
            "refusals": [one.as_dict() for one in self.objections],
        }

    def lines(self) -> Iterator[str]:
        yield f"{self.code} {self.analysis.name}（公布：{self.published}次）"
        yield from _lines(self.analysis)
        yield from (f"不得发布：{one.text}" for one in self.objections)


class _BundleTrips:
    def __init__(self, code: str, answers: dict[str, dict[str, str]]) -> None:
        guide = bundle_for_guide(code)
        members, order = members_of(guide)
        self.code, self.published = code, guide.bundle.trips_after
        self.analysis = analyse_bundle(members, order, name=guide.bundle.name, answers=answers)
        self.objections = bundle_refusals(members, order, trips_after=self.published)
        self.has_optional = any(member.optional for member in members)

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "kind": "bundle",
            "published": self.published,
            **self.analysis.as_dict(),
            "refusals": [one.as_dict() for one in self.objections],
        }

    def lines(self) -> Iterator[str]:
        yield f"{self.code} {self.analysis.every.name}（公布：{self.published}次）"
        if self.has_optional:
            yield "\n== 只办必选事项 =="
            yield from _lines(self.analysis.required)
            yield "\n== 连同可选事项 =="
        yield from _lines(self.analysis.every)
        yield from (f"不得发布：{one.text}" for one in self.objections)


def _matter(code: str, answers: Sequence[str]) -> _MatterTrips | None:
    """Return the trips of a matter; None where no matter has this code, for it may be a bundle's."""
    try:
        version = matter_for_guide(code)
    except NotFound:
        return None
    return _MatterTrips(code, elements_of(version), dict(_answers(answers)))


def _bundle(code: str, answers: Sequence[str]) -> _BundleTrips:
    by_matter: dict[str, dict[str, str]] = {}
    for where, answer in _answers(answers):
        matter, _, question = where.partition(".")
        by_matter.setdefault(matter, {})[question] = answer
    try:
        return _BundleTrips(code, by_matter)
    except NotFound:
        raise CommandError(f"没有编码为“{code}”的事项或一件事，请核对编码。") from None


def _answers(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in said:
        question, is_answer, answer = one.partition("=")
        if not is_answer:
            raise CommandError(f"“{one}”不是“问题=答案”的形式，例如 renewal=first。")
        yield question, answer


def _lines(analysis: Analysis) -> Iterator[str]:
    yield f"最少 {analysis.least} 次 · 承诺 {analysis.promise} 次 · 最坏 {analysis.worst} 次 · {earned_words(analysis)}"
    yield from (f"  {name}：{analysis.derivation[key]}" for key, name in FIGURES.items())
    yield ""
    yield from _table(analysis)
    for number, route in enumerate(analysis.routes, start=1):
        yield from _road(f"走法{number}", route)
    yield "\n被要求补正一次时，各渠道最好的走法："
    for number, route in enumerate(analysis.corrected, start=1):
        yield from _road(f"补正走法{number}", route)


def _table(analysis: Analysis) -> Iterator[str]:
    rows = [("情形", "申报方式", "最好走法", "补正一次")]
    for situation in analysis.situations:
        for one in situation.channels:
            rows.append(
                (
                    situation.label or "不分情形",
                    one.channel.label,
                    f"{one.best.trips}次",
                    f"{one.corrected.trips}次",
                )
            )
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        yield "  ".join(
            text + " " * (wide - _width(text)) for text, wide in zip(row, widths, strict=True)
        ).rstrip()


def _width(text: Iterable[str]) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _road(name: str, route: Route) -> Iterator[str]:
    where = f"{route.situation} · " if route.situation else ""
    yield f"\n{name}（{where}{route.channel.label}）：跑{route.trips}次"
    yield from (f"  {number}. {step.text}" for number, step in enumerate(route.steps, start=1))
