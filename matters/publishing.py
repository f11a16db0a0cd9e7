"""The way of a guide into the catalogue, in one table: which state follows which, whose turn it is, who may act.

部门上报 → 小组初审 → 会议联审 → 部门确认 → 再审锁定 → 公示 → 发布. A stage cannot be skipped because no row does;
the database holds the same pairs (migration 0004) and asks for the verdicts on record.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import audit
from core.errors import Refusal
from core.models import User
from matters.enums import BatchState as B
from matters.enums import EntryState as S
from matters.enums import Role
from matters.models import CatalogueBatch, CatalogueEntry
from matters.permissions import require

Record = CatalogueEntry | CatalogueBatch


@dataclass(frozen=True)
class Transition:
    """One act: the states it may start from, the state it ends in, and what people call it."""

    act: str
    label: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Turn:
    """Whose turn a state is: what they are called, the posts that may act, and whether in the entry's department."""

    owner: str
    roles: tuple[Role, ...] = ()
    own_department: bool = False


TRANSITIONS: dict[type, tuple[Transition, ...]] = {
    CatalogueEntry: (
        Transition("submit", "部门上报", (S.DRAFT,), S.GROUP_REVIEW),
        Transition("pass_group", "初审通过", (S.GROUP_REVIEW,), S.JOINT_REVIEW),
        Transition("pass_meeting", "联审通过", (S.JOINT_REVIEW,), S.CONFIRMATION),
        Transition("confirm", "部门确认", (S.CONFIRMATION,), S.RECHECK),
        Transition("lock", "再审锁定", (S.RECHECK,), S.LOCKED),
        Transition("open_comment", "公示", (S.LOCKED,), S.COMMENT),
        Transition("publish", "发布", (S.COMMENT,), S.PUBLISHED),
        Transition(
            "send_back", "退回部门", (S.GROUP_REVIEW, S.JOINT_REVIEW, S.CONFIRMATION, S.RECHECK), S.DRAFT
        ),
        Transition("unlock", "解锁改稿", (S.LOCKED, S.COMMENT), S.UNLOCKED),
        Transition("withdraw", "撤销", (S.DRAFT,), S.WITHDRAWN),
    ),
    CatalogueBatch: (
        Transition("open_comment", "开始公示", (B.PREPARING,), B.COMMENT),
        Transition("publish", "发布", (B.COMMENT,), B.PUBLISHED),
    ),
}

_DEPARTMENT, _GROUP, _OFFICE = "部门", "清单审核小组", "审改办"
NOBODY = Turn("无")
TURNS: dict[type, dict[str, Turn]] = {
    CatalogueEntry: {
        S.DRAFT: Turn(_DEPARTMENT, (Role.EDITOR,), own_department=True),
        S.GROUP_REVIEW: Turn(_GROUP, (Role.CATALOGUE_REVIEWER,)),
        S.JOINT_REVIEW: Turn(_OFFICE, (Role.OFFICE,)),
        S.CONFIRMATION: Turn(_DEPARTMENT, (Role.HEAD, Role.EDITOR), own_department=True),
        S.RECHECK: Turn(_OFFICE, (Role.OFFICE,)),
        S.LOCKED: Turn(_OFFICE, (Role.OFFICE,)),
        S.COMMENT: Turn("公众", (Role.OFFICE,)),
        S.PUBLISHED: NOBODY,
        S.UNLOCKED: NOBODY,
        S.WITHDRAWN: NOBODY,
    },
    CatalogueBatch: {
        B.PREPARING: Turn(_OFFICE, (Role.OFFICE,)),
        B.COMMENT: Turn("公众", (Role.OFFICE,)),
        B.PUBLISHED: NOBODY,
    },
}
OWNERS: dict[type, dict[str, str]] = {
    model: {state: turn.owner for state, turn in turns.items()} for model, turns in TURNS.items()
}


class WrongState(Refusal):
    """The record is not in a state from which the act may start: someone was first, or the page is old."""

    def __init__(self, record: Record, transition: Transition) -> None:
        super().__init__(
            f"cannot_{transition.act}",
            f"{record._meta.verbose_name}现在是“{record.get_state_display()}”，不能再“{transition.label}”。"
            "请刷新页面查看最新进展。",
        )


def transition_of(record: Record, act: str) -> Transition:
    """Return the transition of this name for this kind of record."""
    return next(each for each in TRANSITIONS[type(record)] if each.act == act)


def turn_of(record: Record) -> Turn:
    """Return whose turn it is with a record as it stands."""
    return TURNS[type(record)][record.state]


def check(record: Record, act: str, *, by: User | None) -> Transition:
    """Return the transition if the person may make it now; `by` is None for the system.

    Raises WrongState where the act may not start from the present state, Forbidden where it is not this person's turn.
    """
    transition = transition_of(record, act)
    if record.state not in transition.sources:
        raise WrongState(record, transition)
    if by is not None:
        require_turn(record, by)
    return transition


def require_turn(record: Record, by: User) -> None:
    """Raise Forbidden naming the posts that may act on the record in its present state, unless the person holds one."""
    turn = turn_of(record)
    require(by, *turn.roles, department=_department_of(record) if turn.own_department else None)


def make(record: Record, act: str, *, by: User | None, now: datetime, note: str = "", **changes: Any) -> None:
    """Make one transition of a locked record: check, change, write the audit entry.

    `changes` are the columns that change with it. The caller holds the row's lock inside a transaction.
    """
    transition = check(record, act, by=by)
    source, record.state = record.state, transition.target
    if isinstance(record, CatalogueEntry):
        changes["state_since"] = now
    for column, value in changes.items():
        setattr(record, column, value)
    record.save(update_fields=["state", *changes])
    audit.record(
        by=by,
        now=now,
        act=f"{record._meta.model_name}.{act}",
        on=record,
        code=record.code if isinstance(record, CatalogueEntry) else record.number,
        source=source,
        target=transition.target,
        note=note,
    )


def _department_of(record: Record) -> int | None:
    return record.department_id if isinstance(record, CatalogueEntry) else None
