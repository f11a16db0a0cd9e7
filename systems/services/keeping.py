"""Keeping the systems of departments: where they are, whether they are in use, the keys both sides sign with."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from core import audit
from core.errors import NotFound, Refusal
from core.models import User
from matters.enums import Role
from matters.models import Department
from matters.permissions import require
from systems.addresses import require_allowed
from systems.enums import Direction
from systems.models import DepartmentSystem, SystemKey

MOST_KEYS = 2


class NewKey(NamedTuple):
    """A key that was made just now; its secret is shown this once."""

    key: SystemKey
    secret: str


@transaction.atomic
def keep(
    *, department: Department, address: str, is_active: bool, by: User | None, now: datetime
) -> DepartmentSystem:
    """Write down a department's system, or change its address or whether it is in use.

    Only an administrator may; `by` is None for the command line. What arrives while it is in use is sent to it, nothing
    from before. Raises Invalid on `address` for one that may not be sent to, Refusal `keys_missing` when it is to be used
    without a key for each direction. What waits for a system in use is tried at once: its address or its door may have changed.
    """
    _require(by)
    require_allowed(address)
    system, _ = DepartmentSystem.objects.select_for_update().get_or_create(
        department=department, defaults={"address": address}
    )
    if is_active:
        _require_keys(system)
    since = (system.active_since or now) if is_active else None
    system.address, system.active_since = address, since
    system.failures, system.rests_until = 0, None
    system.save()
    if is_active:
        system.pushes.under_way().update(next_attempt_at=now)
    Department.objects.filter(pk=department.pk).update(has_own_system=is_active)
    _record("system.keep", system, by, now, address=address, is_active=is_active)
    return system


def _require_keys(system: DepartmentSystem) -> None:
    held = set(system.keys.filter(ended_at=None).values_list("direction", flat=True))
    missing = [each.label for each in Direction if each not in held]
    if missing:
        raise Refusal("keys_missing", f"还没有密钥：{'、'.join(missing)}。请先生成密钥并交给部门，再启用。")


@transaction.atomic
def make_key(*, system: DepartmentSystem, direction: str, by: User | None, now: datetime) -> NewKey:
    """Make a key for one direction, beside the one in use; its secret is told once and kept encrypted.

    Raises Refusal `too_many_keys` while two are valid: the older one is ended first.
    """
    _require(by)
    locked = DepartmentSystem.objects.select_for_update().get(pk=system.pk)
    if locked.keys.filter(direction=direction, ended_at=None).count() >= MOST_KEYS:
        raise Refusal(
            "too_many_keys", "已有两个有效的密钥，请先停用旧的再生成。同时有效的密钥最多两个，供轮换时交接。"
        )
    secret = secrets.token_urlsafe(32)
    key = SystemKey.objects.create(
        system=locked,
        direction=direction,
        key_id=f"{locked.department.code}-{direction[:3]}-{secrets.token_hex(4)}",
        secret=secret,
        created_at=now,
    )
    _record("system.make_key", locked, by, now, key_id=key.key_id, direction=direction)
    return NewKey(key, secret)


@transaction.atomic
def end_key(*, system: DepartmentSystem, key_id: str, by: User | None, now: datetime) -> SystemKey:
    """End a key of this system at once: nothing is signed with it or taken with it any more.

    Raises NotFound for a key that the system does not have, Refusal `key_ended` for one that has ended, `last_key` for the last of a system in
    use: its new one is made first.
    """
    _require(by)
    locked = DepartmentSystem.objects.select_for_update().get(pk=system.pk)
    key = locked.keys.filter(key_id=key_id).first()
    if key is None:
        raise NotFound(f"{locked}没有这个密钥，请核对部门和密钥编号。")
    if key.ended_at:
        raise Refusal("key_ended", "这个密钥已经停用。")
    others = locked.keys.filter(direction=key.direction, ended_at=None).exclude(pk=key.pk)
    if locked.active_since and not others.exists():
        raise Refusal("last_key", "这是最后一个有效的密钥：请先生成新的，对方换好以后再停用它。")
    key.ended_at = now
    key.save(update_fields=["ended_at"])
    _record("system.end_key", locked, by, now, key_id=key.key_id, direction=key.direction)
    return key


def _require(by: User | None) -> None:
    if by is not None:
        require(by, Role.ADMINISTRATOR)


def _record(act: str, system: DepartmentSystem, by: User | None, now: datetime, **detail: Any) -> None:
    audit.record(by=by, now=now, act=act, on=system, department=system.department.code, **detail)
