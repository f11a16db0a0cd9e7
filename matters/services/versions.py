"""Versions and their days: published for good, in force, suspended for a while, cancelled at the end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery

from core import audit, bulk
from core.clock import CHINA, local_date
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters.catalogue.parsing import ParsedMatter
from matters.enums import MatterState, Role, VersionStatus
from matters.models import Department, MainItem, Material, Matter, MatterVersion, Step
from matters.permissions import require
from matters.services import search_index

_CANCELLED_ON_ITS_DAY = "办事指南载明的取消日期已到。"
_IN_FORCE_OR_TO_COME = [VersionStatus.PUBLISHED, VersionStatus.SCHEDULED]
_IN_USE: dict[str, Any] = {
    "state": MatterState.IN_USE,
    "state_since": None,
    "state_reason": "",
    "instead": "",
}


def latest_digests(matters: Iterable[Matter], status: VersionStatus | None = None) -> dict[int, str]:
    """Return the digest of the newest version of each matter: in this status, or in force or waiting for its day."""
    among = [status] if status else _IN_FORCE_OR_TO_COME
    rows = MatterVersion.objects.filter(matter__in=matters, status__in=among)
    return dict(rows.order_by("number").values_list("matter_id", "digest"))


def publish(parsed: Sequence[ParsedMatter], *, by: User | None, now: datetime) -> list[MatterVersion]:
    """Publish a new version of each matter, and return them in the order given.

    One whose `effective_on` is still to come waits for that day as SCHEDULED (计划生效日期); the others are
    in force at once and supersede what was, or are cancelled at once where their `cancel_on` has passed
    (计划取消日期). A matter that was not known is added.
    """
    with transaction.atomic():
        versions = _versions(parsed, _matters(parsed), now)
        at_once = [version for version in versions if version.status == VersionStatus.PUBLISHED]
        _supersede(at_once)
        _write(parsed, versions)
        _put_in_force(at_once)
        for version in at_once:
            if version.cancel_on and version.cancel_on <= local_date(now):
                _cancel_on(version.cancel_on, version.matter)
        published = [(one, {"code": one.matter.code, "number": one.number}) for one in versions]
        audit.record_each(by=by, now=now, act="publish_version", on=published)
    return versions


def begin(*, version_id: int, now: datetime) -> bool:
    """Put a scheduled version in force once its day has come; return whether it was this call that did."""
    with transaction.atomic():
        matter = _lock(Matter.objects.filter(versions=version_id))
        version = matter.versions.get(pk=version_id)
        if version.status != VersionStatus.SCHEDULED or _waits(version.effective_on, local_date(now)):
            return False
        version.matter = matter
        _supersede([version])
        version.status = VersionStatus.PUBLISHED
        version.save(update_fields=["status"])
        _put_in_force([version])
        audit.record(
            by=None, now=now, act="begin_version", on=version, code=matter.code, number=version.number
        )
    return True


def expire(*, version_id: int, now: datetime) -> bool:
    """Cancel a matter once the day its current version names has come; return whether it was this call that did."""
    with transaction.atomic():
        matter = _lock(Matter.objects.filter(versions=version_id))
        version = matter.current
        if (
            version is None
            or version.pk != version_id
            or matter.state == MatterState.CANCELLED
            or version.cancel_on is None
            or version.cancel_on > local_date(now)
        ):
            return False
        _cancel_on(version.cancel_on, matter)
        audit.record(by=None, now=now, act="cancel_matter", on=matter, code=matter.code)
    return True


def suspend(*, code: str, reason: str, instead: str = "", by: User, now: datetime) -> Matter:
    """Suspend a matter: it is not filed until it is resumed, and its guide says why and what to do `instead`.

    Cases under way go on.
    """
    return _change_state(code, MatterState.SUSPENDED, reason, instead, by, now)


def resume(*, code: str, reason: str, by: User, now: datetime) -> Matter:
    """Take a suspended matter into use again; the reason goes on the audit trail."""
    return _change_state(code, MatterState.IN_USE, reason, "", by, now)


def cancel(*, code: str, reason: str, instead: str = "", by: User, now: datetime) -> Matter:
    """Cancel a matter for good: only a new version brings it back.

    Its guide stays to be read and found, with the reason and what to do `instead`.
    """
    return _change_state(code, MatterState.CANCELLED, reason, instead, by, now)


# From which states a matter comes into each, and the act on the audit trail.
_CHANGES = {
    MatterState.SUSPENDED: ([MatterState.IN_USE], "suspend_matter"),
    MatterState.IN_USE: ([MatterState.SUSPENDED], "resume_matter"),
    MatterState.CANCELLED: ([MatterState.IN_USE, MatterState.SUSPENDED], "cancel_matter"),
}


def _change_state(
    code: str, state: MatterState, reason: str, instead: str, by: User, now: datetime
) -> Matter:
    require(by, Role.OFFICE)
    if not reason.strip():
        raise Invalid("reason_required", "请写明原因：申请人会在办事指南上看到。", field="reason")
    before, act = _CHANGES[state]
    with transaction.atomic():
        matter = _lock(Matter.objects.filter(code=code))
        if matter.current is None or matter.state not in before:
            said = matter.get_state_display() if matter.current else "未发布"
            raise Refusal("matter_state", f"这个事项现在是“{said}”，不能改为“{state.label}”。")
        since = {"state_since": now, "state_reason": reason.strip(), "instead": instead.strip()}
        _set_state(matter, _IN_USE if state == MatterState.IN_USE else {"state": state, **since})
        told = {"reason": reason.strip(), "instead": instead.strip()}
        audit.record(by=by, now=now, act=act, on=matter, code=code, **told)
    return matter


def _lock(matters: QuerySet[Matter]) -> Matter:
    matter = matters.select_for_update(of=("self",)).select_related("current", "department").first()
    if matter is None:
        raise NotFound("没有这个事项，请核对编码。", code="matter_unknown")
    return matter


def _cancel_on(day: date, matter: Matter) -> None:
    """Cancel a matter by what its guide says itself: since the beginning of that day, whenever this is done."""
    since = datetime.combine(day, time(), tzinfo=CHINA)
    said = {"state_since": since, "state_reason": _CANCELLED_ON_ITS_DAY, "instead": ""}
    _set_state(matter, {"state": MatterState.CANCELLED, **said})


def _set_state(matter: Matter, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(matter, name, value)
    matter.save(update_fields=list(_IN_USE))
    if matter.state == MatterState.CANCELLED:
        of_matter = MatterVersion.objects.filter(matter=matter, status__in=_IN_FORCE_OR_TO_COME)
        of_matter.update(status=VersionStatus.CANCELLED)
    search_index.refresh(matter_ids=[matter.pk])


def _supersede(versions: Sequence[MatterVersion]) -> None:
    """End the versions in force of the matters of these, which the caller has locked."""
    before = MatterVersion.objects.filter(matter__in=[one.matter_id for one in versions])
    before.filter(status=VersionStatus.PUBLISHED).update(status=VersionStatus.SUPERSEDED)


def _put_in_force(versions: Sequence[MatterVersion]) -> None:
    """Make versions the current ones of their matters, cancelled ones included; a suspended one waits to be resumed."""
    for version in versions:
        matter = version.matter
        matter.current = version
        if matter.state == MatterState.CANCELLED:
            for name, value in _IN_USE.items():
                setattr(matter, name, value)
    matters = [version.matter_id for version in versions]
    published = MatterVersion.objects.filter(matter=OuterRef("pk"), status=VersionStatus.PUBLISHED)
    begun = Matter.objects.filter(pk__in=matters)
    begun.update(current=Subquery(published.values("pk")))
    begun.filter(state=MatterState.CANCELLED).update(**_IN_USE)
    search_index.refresh(matter_ids=matters)


def _waits(effective_on: date | None, today: date) -> bool:
    return effective_on is not None and effective_on > today


def _matters(parsed: Sequence[ParsedMatter]) -> list[Matter]:
    """Return the matters of these guides, new ones added, and locked: the numbers of their versions count on from here."""
    departments = dict(Department.objects.values_list("code", "pk"))
    main_items = dict(MainItem.objects.values_list("code", "pk"))
    owners = {
        one.code: (departments[one.department], main_items.get(one.elements["main_item"])) for one in parsed
    }
    new = (
        Matter(code=code, department_id=owners[code][0], main_item_id=owners[code][1])
        for code in sorted(owners)
    )
    Matter.objects.bulk_create(new, ignore_conflicts=True)
    locked = Matter.objects.select_for_update().filter(code__in=owners).order_by("code")
    known = {matter.code: matter for matter in locked}
    moved = [
        matter
        for code, matter in known.items()
        if (matter.department_id, matter.main_item_id) != owners[code]
    ]
    for matter in moved:
        matter.department_id, matter.main_item_id = owners[matter.code]
    Matter.objects.bulk_update(moved, ["department", "main_item"], batch_size=500)
    return [known[one.code] for one in parsed]


def _versions(
    parsed: Sequence[ParsedMatter], matters: Sequence[Matter], now: datetime
) -> list[MatterVersion]:
    """Return the next version of each matter with its id, not yet written."""
    counted = MatterVersion.objects.filter(matter__in=matters).values_list("matter").annotate(Max("number"))
    last = dict(counted.order_by())
    ids = bulk.next_ids(MatterVersion, len(parsed))
    return [
        _version(one, matter, last.get(matter.pk, 0) + 1, pk, now)
        for one, matter, pk in zip(parsed, matters, ids, strict=True)
    ]


def _version(one: ParsedMatter, matter: Matter, number: int, pk: int, now: datetime) -> MatterVersion:
    effective_on, cancel_on = _day(one.elements["effective_on"]), _day(one.elements["cancel_on"])
    waits = _waits(effective_on, local_date(now))
    return MatterVersion(
        pk=pk,
        matter=matter,
        number=number,
        status=VersionStatus.SCHEDULED if waits else VersionStatus.PUBLISHED,
        published_at=now,
        digest=one.digest,
        content=one.content,
        effective_on=effective_on,
        cancel_on=cancel_on,
        **columns(MatterVersion, one.elements, without={"content", "effective_on", "cancel_on"}),
    )


def _write(parsed: Sequence[ParsedMatter], versions: Sequence[MatterVersion]) -> None:
    """Write versions with their parts. The parts come first: once a version stands, the database takes no more of them."""
    departments = dict(Department.objects.values_list("code", "pk"))
    pairs = list(zip(parsed, versions, strict=True))
    bulk.insert(
        Material,
        [
            {"version_id": version.pk, **columns(Material, row)}
            for one, version in pairs
            for row in one.materials
        ],
    )
    bulk.insert(
        Step,
        [
            {
                "version_id": version.pk,
                "department_id": departments[row["department"]],
                **columns(Step, row, without={"department"}),
            }
            for one, version in pairs
            for row in one.steps
        ],
    )
    rows = [{**bulk.row(version), "content": bulk.Json(one.text)} for one, version in pairs]
    bulk.insert(MatterVersion, rows)


def columns(model: type[Model], values: dict, without: frozenset[str] | set[str] = frozenset()) -> dict:
    """Return those of the values that are columns of a table; the rest stands in the content alone."""
    names = _names(model)
    return {name: value for name, value in values.items() if name in names and name not in without}


@cache
def _names(model: type[Model]) -> frozenset[str]:
    return frozenset(column.name for column in model._meta.concrete_fields)


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
