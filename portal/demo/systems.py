"""The tax bureau of a demo works in software of its own, and a few rules say who is told when a result is issued."""

import json
import os
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings

from matters.models import Department, Matter
from portal.demo import environment
from systems.enums import Direction, RuleKind
from systems.models import DepartmentSystem, PushRule
from systems.services import keeping, rules

DEPARTMENT = "SWJ"
TAX = "税务登记信息由本系统推送税务部门，无需另行登记。"
RULES = (
    (RuleKind.INTEGRATE, "SCJG-001", "", "SWJ", "", TAX),
    (RuleKind.INTEGRATE, "SCJG-004", "", "SWJ", "", TAX),
    (RuleKind.INFORM, "SCJG-001", "餐饮", "SCJG", "SCJG-007", "开业前须取得。"),
    (RuleKind.INFORM, "SCJG-001", "餐饮", "XFJ", "XFJ-001", "营业前须通过。"),
    (RuleKind.INFORM, "SCJG-001", "印", "WGLT", "WGLT-001", "从事印刷的，开业前须取得。"),
    (RuleKind.INFORM, "SCJG-001", "烟", "YCJ", "YCJ-001", "零售卷烟的，须取得。"),
    (RuleKind.INFORM, "SCJG-004", "烟", "YCJ", "YCJ-001", "零售卷烟的，须取得。"),
)
"""Kind, matter, keyword, department told, what is to be applied for next, advice."""


def setup_file() -> Path:
    """Return where the simulated department finds its keys."""
    return environment.directory() / f"system-{DEPARTMENT}.json"


def connect(*, now: datetime) -> None:
    """Write down the rules and the tax bureau's system, and leave its keys for the simulator; safe to run again."""
    if not PushRule.objects.exists():
        _add_rules(now)
    host = settings.SYSTEM_HOSTS[-1]
    department = Department.objects.get(code=DEPARTMENT)
    keep = partial(keeping.keep, department=department, address=f"http://{host}/tasks/", by=None, now=now)
    system = DepartmentSystem.objects.filter(department=department).first()
    system = system or keep(is_active=False)
    for direction in Direction:
        if not system.keys.filter(direction=direction, ended_at=None).exists():
            keeping.make_key(system=system, direction=direction, by=None, now=now)
    _write_setup(keep(is_active=True), int(host.rpartition(":")[2]))


def _add_rules(now: datetime) -> None:
    for kind, matter, keyword, department, next_matter, advice in RULES:
        rules.add(
            kind=kind,
            matter=Matter.objects.get(code=matter),
            keyword=keyword,
            department=Department.objects.get(code=department),
            next_matter=Matter.objects.filter(code=next_matter).first(),
            advice=advice,
            by=None,
            now=now,
        )


def _write_setup(system: DepartmentSystem, port: int) -> None:
    keys = list(system.keys.filter(ended_at=None))
    incoming = next(key for key in keys if key.direction == Direction.INCOMING)
    said = {
        "department": DEPARTMENT,
        "port": port,
        "portal": environment.door.local_url if environment.door else settings.PUBLIC_URL,
        "outgoing": {key.key_id: key.secret for key in keys if key.direction == Direction.OUTGOING},
        "incoming": [incoming.key_id, incoming.secret],
    }
    path = setup_file()
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(said, file)
