"""A catalogue entry on its way: a row of the list, and the page with everything said of it. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.urls import reverse

from core.models import User
from matters import publishing
from matters.catalogue.differences import Difference
from matters.enums import EntryStage, EntryState, Role, Verdict
from matters.models import CatalogueEntry, EntryReview, ReverseAnalysis
from matters.permissions import holds

TONES = {
    EntryState.DRAFT: "neutral",
    EntryState.GROUP_REVIEW: "progress",
    EntryState.JOINT_REVIEW: "progress",
    EntryState.CONFIRMATION: "waiting",
    EntryState.RECHECK: "progress",
    EntryState.LOCKED: "info",
    EntryState.COMMENT: "waiting",
    EntryState.PUBLISHED: "success",
    EntryState.UNLOCKED: "paused",
    EntryState.WITHDRAWN: "paused",
}
WAY = (
    (EntryState.DRAFT, "部门上报"),
    (EntryState.GROUP_REVIEW, "小组初审"),
    (EntryState.JOINT_REVIEW, "会议联审"),
    (EntryState.CONFIRMATION, "部门确认"),
    (EntryState.RECHECK, "再审锁定"),
    (EntryState.LOCKED, "纳入批次"),
    (EntryState.COMMENT, "公示"),
    (EntryState.PUBLISHED, "发布"),
)
_PLACE = {state: place for place, (state, _) in enumerate(WAY)}
UNITS = {"materials": "份", "steps": "个", "levels": "级", "time": "天"}


@dataclass(frozen=True)
class EntryRow:
    """One entry in a list."""

    entry: CatalogueEntry

    @property
    def url(self) -> str:
        return reverse("entry", args=[self.entry.pk])

    @property
    def name(self) -> str:
        return self.entry.name or "（还没有名称）"

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def department(self) -> str:
        return self.entry.department.short_name

    @property
    def state(self) -> str:
        return self.entry.get_state_display()

    @property
    def tone(self) -> str:
        return TONES[EntryState(self.entry.state)]

    @property
    def since(self) -> datetime:
        return self.entry.state_since

    @property
    def turn(self) -> str:
        owner = publishing.turn_of(self.entry).owner
        return self.department if owner == "部门" else owner

    @property
    def step(self) -> str:
        place = _PLACE.get(EntryState(self.entry.state))
        return "" if place is None else f"第 {place + 1} 步，共 {len(WAY)} 步"

    @property
    def way(self) -> list[dict[str, str]]:
        """The steps of the way, in short: done, current or to come."""
        return [{"title": title, "state": state} for title, state in _steps(self.entry)]

    @property
    def round(self) -> str:
        return f"第 {self.entry.round} 轮" if self.entry.round > 1 else ""

    @property
    def special(self) -> bool:
        return self.entry.special


def by_section(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return differences under the sections of the guide in which they stand."""
    return [
        {"section": section, "rows": list(rows)}
        for section, rows in groupby(differences, key=lambda one: one.section)
    ]


def _steps(entry: CatalogueEntry) -> list[tuple[str, str]]:
    ended = entry.state == EntryState.PUBLISHED
    here = len(WAY) if ended else _PLACE.get(EntryState(entry.state), -1)
    return [
        (title, "done" if place < here else "current" if place == here else "")
        for place, (_, title) in enumerate(WAY)
    ]


@dataclass(frozen=True)
class EntryPage:
    """One entry for one viewer: where it stands, what was said, what differs, what this viewer may do."""

    entry: CatalogueEntry
    viewer: User
    differences: Sequence[Difference] = ()

    @property
    def row(self) -> EntryRow:
        return EntryRow(self.entry)

    @property
    def title(self) -> str:
        return self.row.name

    @cached_property
    def reviews(self) -> list[EntryReview]:
        return list(self.entry.reviews.all())

    @property
    def facts(self) -> list[dict[str, Any]]:
        entry = self.entry
        base = entry.base_version
        return [
            {"label": "事项编码", "value": entry.code},
            {"label": "部门", "value": entry.department.name},
            {"label": "修订自", "value": f"第 {base.number} 版" if base else "新事项"},
            {"label": "修订", "value": f"第 {entry.revision} 次保存，{entry.updated_by.name}"},
            {"label": "特殊事项", "value": "是，须集体会商" if entry.special else "否"},
            *([{"label": "批次", "value": entry.batch.name}] if entry.batch else []),
        ]

    @property
    def steps(self) -> list[dict[str, str]]:
        """The way of this entry, each step with who passed it in this round."""
        return [
            {
                "title": title,
                "state": state,
                "text": self._passed(place) if state == "done" else self._waits(state),
            }
            for place, (title, state) in enumerate(_steps(self.entry))
        ]

    def _waits(self, state: str) -> str:
        if state != "current":
            return ""
        return f"等待{self.row.turn}"

    def _passed(self, place: int) -> str:
        stages = {
            EntryState.DRAFT: EntryStage.SUBMISSION,
            EntryState.GROUP_REVIEW: EntryStage.GROUP,
            EntryState.JOINT_REVIEW: EntryStage.MEETING,
            EntryState.CONFIRMATION: EntryStage.CONFIRMATION,
            EntryState.RECHECK: EntryStage.RECHECK,
        }
        stage = stages.get(WAY[place][0])
        names = [
            one.reviewer.name
            for one in self.reviews
            if one.stage == stage and one.round == self.entry.round and one.verdict == Verdict.PASS
        ]
        return "、".join(names)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Everything said of the entry, the latest first, with person, time and reason."""
        said = [
            {
                "title": f"{one.get_stage_display()}：{_verdict(one)}",
                "at": one.at,
                "who": f"{one.reviewer.name} · 第 {one.round} 轮 · 修订 {one.revision}",
                "text": _with_meeting(one),
                "state": "done" if one.verdict == Verdict.PASS else "stopped",
            }
            for one in self.reviews
        ]
        said += [
            {
                "title": f"集体会商：{'同意' if one.verdict == Verdict.PASS else '不同意'}",
                "at": one.recorded_at,
                "who": f"{one.recorded_by.name}记录 · 第 {one.round} 轮",
                "text": f"{one.held_on:%Y-%m-%d}，{'、'.join(one.participants)}。{one.minutes}",
                "state": "done" if one.verdict == Verdict.PASS else "stopped",
            }
            for one in self.entry.deliberations.all()
        ]
        if self.entry.published_version:
            version = self.entry.published_version
            said.append(
                {
                    "title": f"发布第 {version.number} 版",
                    "at": version.published_at,
                    "who": self.entry.batch.name if self.entry.batch else "",
                    "text": "",
                    "state": "done",
                }
            )
        return sorted(said, key=lambda one: one["at"], reverse=True)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The differences from the version in use, section by section."""
        return by_section(self.differences)

    @property
    def changes_words(self) -> str:
        count = len(self.differences)
        base = self.entry.base_version
        if base is None:
            return f"新事项，共 {count} 项内容"
        return f"与第 {base.number} 版相比，有 {count} 处不同" if count else f"与第 {base.number} 版没有不同"

    @property
    def analysis(self) -> ReverseAnalysis | None:
        return getattr(self.entry, "analysis", None)

    @property
    def measures(self) -> list[dict[str, Any]]:
        rows = self.analysis.measures.all() if self.analysis else []
        return [
            {
                "kind": one.get_kind_display(),
                "before": f"{one.before} {UNITS[one.kind]}",
                "after": f"{one.after} {UNITS[one.kind]}",
                "less": f"{one.before - one.after} {UNITS[one.kind]}",
                "text": one.text,
            }
            for one in rows
        ]

    # --- what this viewer may do ----------------------------------------------------------------------------------

    @property
    def is_my_turn(self) -> bool:
        turn = publishing.turn_of(self.entry)
        department = self.entry.department_id if turn.own_department else None
        return bool(turn.roles) and holds(self.viewer, *turn.roles, department=department)

    @property
    def why_not(self) -> str:
        """Why this viewer, whose post could act, must leave it to somebody else."""
        entry = self.entry
        if not self.is_my_turn:
            return ""
        others_judge = (
            EntryState.GROUP_REVIEW,
            EntryState.JOINT_REVIEW,
            EntryState.RECHECK,
            EntryState.LOCKED,
        )
        if entry.state in others_judge and entry.submitted_by_id == self.viewer.pk:
            return "这是您本人上报的清单，须由其他人审核。"
        spoken = any(
            one.stage == EntryStage.GROUP and one.round == entry.round and one.reviewer_id == self.viewer.pk
            for one in self.reviews
        )
        if spoken and entry.state == EntryState.GROUP_REVIEW:
            return "您已经审核过这一轮，等待另一位审核人。"
        if spoken and entry.state == EntryState.CONFIRMATION:
            return "您审核过这一轮，须由部门其他人确认。"
        return ""

    @property
    def may_act(self) -> bool:
        return self.is_my_turn and not self.why_not

    @property
    def may_edit(self) -> bool:
        return self.entry.state == EntryState.DRAFT and self.is_my_turn

    @property
    def may_deliberate(self) -> bool:
        done = any(one.round == self.entry.round for one in self.entry.deliberations.all())
        in_time = self.entry.state in (
            EntryState.GROUP_REVIEW,
            EntryState.JOINT_REVIEW,
            EntryState.CONFIRMATION,
            EntryState.RECHECK,
        )
        judges = holds(self.viewer, Role.OFFICE, Role.CATALOGUE_REVIEWER)
        return self.entry.special and in_time and judges and not done

    @property
    def may_analyse(self) -> bool:
        in_time = self.entry.state in (EntryState.DRAFT, EntryState.GROUP_REVIEW, EntryState.JOINT_REVIEW)
        return in_time and (
            holds(self.viewer, Role.OFFICE, Role.CATALOGUE_REVIEWER)
            or holds(self.viewer, Role.EDITOR, department=self.entry.department_id)
        )


def _verdict(one: EntryReview) -> str:
    if one.stage == EntryStage.SUBMISSION:
        return "上报"
    if one.stage == EntryStage.COMMENT and one.verdict == Verdict.PASS:
        return "开始"
    return str(one.get_verdict_display())


def _with_meeting(one: EntryReview) -> str:
    if one.held_on is None:
        return one.reason
    return f"{one.held_on:%Y-%m-%d}，{'、'.join(one.participants)}参会。{one.reason}"
