"""What every act on an entry shares: its lock, its verdict on record, the steps forward and back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from core.clock import local_date
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters import publishing
from matters.enums import EntryStage, EntryState, Verdict
from matters.models import CatalogueEntry, EntryReview

STAGE_OF = {
    EntryState.DRAFT: EntryStage.SUBMISSION,
    EntryState.GROUP_REVIEW: EntryStage.GROUP,
    EntryState.JOINT_REVIEW: EntryStage.MEETING,
    EntryState.CONFIRMATION: EntryStage.CONFIRMATION,
    EntryState.RECHECK: EntryStage.RECHECK,
    EntryState.LOCKED: EntryStage.RECHECK,
    EntryState.COMMENT: EntryStage.COMMENT,
}


def lock_entry(pk: int) -> CatalogueEntry:
    """Return an entry, its row locked until the transaction ends."""
    rows = CatalogueEntry.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("department", "matter").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个清单条目，请回到列表核对。")
    return found


def said(text: str, *, field: str = "reason", what: str = "理由") -> str:
    """Return the text without its margins; raise Invalid where nothing is left of it."""
    text = text.replace("\0", "").strip()
    if not text:
        raise Invalid(f"{field}_missing", f"请写明{what}：每一条意见都要有人、有时间、有理由。", field=field)
    return text


def names_of(people: Sequence[str], *, least: int, field: str = "participants") -> list[str]:
    """Return the names of those who took part, each once; raise Invalid for fewer than `least`."""
    names = list(dict.fromkeys(name.strip()[:100] for name in people if name.strip()))
    if len(names) < least:
        raise Invalid("too_few_participants", f"至少要有 {least} 人参加，请逐一填写姓名。", field=field)
    return names


def held(day: date, entry: CatalogueEntry, now: datetime, *, field: str = "held_on") -> date:
    """Return the day of a meeting on an entry; raise Invalid for one still to come, or from before it was submitted."""
    if day > local_date(now):
        raise Invalid("not_held_yet", "日期还没有到：请在开会以后再记录。", field=field)
    if entry.submitted_at and day < (submitted := local_date(entry.submitted_at)):
        raise Invalid(
            "held_before", f"条目 {submitted:%Y-%m-%d} 才上报，会不能在这之前开，请核对日期。", field=field
        )
    return day


def not_the_submitter(entry: CatalogueEntry, by: User) -> None:
    """Raise Refusal for whoever submitted the entry: others judge it (双人交叉审核)."""
    if entry.submitted_by_id == by.pk:
        raise Refusal("own_submission", "这是您本人上报的清单，须由其他人审核，请转交同事办理。")


def give_verdict(
    entry: CatalogueEntry, verdict: str, *, reason: str, by: User, now: datetime, **meeting: Any
) -> EntryReview:
    """Put on record what somebody says of the entry at its present stage."""
    return EntryReview.objects.create(
        entry=entry,
        round=entry.round,
        revision=entry.revision,
        stage=STAGE_OF[EntryState(entry.state)],
        verdict=Verdict(verdict),
        reviewer=by,
        submitter=entry.submitted_by,
        reason=said(reason),
        at=now,
        **meeting,
    )


def send_back(entry: CatalogueEntry, *, by: User, now: datetime, note: str) -> None:
    """Give the entry back to its department for a new round; the verdict that asks for it is on record."""
    publishing.make(entry, "send_back", by=by, now=now, note=note, round=entry.round + 1)
