"""Flows to test with: a matter published anew with other steps, and applications that stand before a join."""

from __future__ import annotations

import copy

from applications.models import Application
from matters.catalogue.content import elements
from matters.catalogue.parsing import ParsedMatter
from matters.models import MatterVersion
from matters.services import versions
from tests.world import World

JOINED = "ZRZY-001"
"""Its demo flow: tax (SWJ) and housing (ZJJ) side by side, then the decision (ZRZY)."""


def republish(world: World, code: str, flow: list[dict], *questions: dict) -> MatterVersion:
    """Publish a version of a matter with these steps, and these questions beside its own."""
    values = copy.deepcopy(elements(world.version(code).content))
    template = values["flow"][0]
    values["flow"] = [
        {**template, "days": 1, "staff_min": 1, "after": [], "when": {}, **step} for step in flow
    ]
    values["situations"] = [*(values.get("situations") or []), *questions]
    versions.publish([ParsedMatter(values)], by=None, now=world.now())
    return world.version(code)


def let_simulate(world: World, *codes: str) -> None:
    """Publish matters anew with guides that allow a simulated opinion (模拟审批)."""
    for code in codes:
        values = {**elements(world.version(code).content), "may_simulate": True}
        versions.publish([ParsedMatter(values)], by=None, now=world.now())


def joined(world: World, join: str, *, lead: str = "", before: list[dict] | None = None) -> Application:
    """Return an application whose decision waits for tax and housing, joined so, both arrived."""
    flow = before or [
        {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ", "days": 2},
        {"key": "housing", "name": "交易核验", "kind": "review", "department": "ZJJ", "days": 1},
    ]
    decide = {
        "key": "decide",
        "name": "登簿",
        "kind": "decide",
        "department": "ZRZY",
        "after": [step["key"] for step in flow if step["key"] in ("tax", "housing")],
        "join": join,
        "lead": lead,
    }
    republish(world, JOINED, [*flow, decide])
    return world.accepted(JOINED)
