"""What others say of an entry: two reviewers, the joint meeting, the department, a deliberation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from core import audit
from core.errors import Invalid, Refusal
from core.models import User
from matters import publishing
from matters.enums import EntryStage, EntryState, Feasibility, Reduction, Role, Verdict
from matters.models import CatalogueEntry, Deliberation, ReverseAnalysis, ReverseMeasure
from matters.permissions import holds, require
from matters.services.entries.acts import (
    give_verdict,
    held,
    lock_entry,
    names_of,
    not_the_submitter,
    said,
    send_back,
)

REVIEWERS = 2  # 双人交叉审核
DELIBERATE = (EntryState.GROUP_REVIEW, EntryState.JOINT_REVIEW, EntryState.CONFIRMATION, EntryState.RECHECK)
ANALYSE = (EntryState.DRAFT, EntryState.GROUP_REVIEW, EntryState.JOINT_REVIEW)


@dataclass(frozen=True)
class Measure:
    """One measure as it is typed: what it reduces, from how many to how many, how."""

    kind: str
    before: int
    after: int
    text: str


@transaction.atomic
def review(*, entry_id: int, verdict: str, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """Give one of the two verdicts of the review group (小组初审, 双人交叉审核).

    When both have spoken the entry goes to the meeting, or back to the department with all that either of them
    objects to: the department is told everything at once. Raises Refusal `own_submission` for the submitter and
    `reviewed_already` for whoever has spoken in this round.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "pass_group", by=by)
    not_the_submitter(entry, by)
    spoken = entry.reviews.filter(round=entry.round, stage=EntryStage.GROUP)
    if spoken.filter(reviewer=by).exists():
        raise Refusal("reviewed_already", "您已经审核过这一轮，须由另一人审核，请转交小组其他成员。")
    given = give_verdict(entry, verdict, reason=reason, by=by, now=now)
    audit.record(by=by, now=now, act="review_entry", on=entry, code=entry.code, verdict=verdict)
    verdicts = list(spoken.values_list("verdict", flat=True))
    if len(verdicts) < REVIEWERS:
        return entry
    if all(one == Verdict.PASS for one in verdicts):
        publishing.make(entry, "pass_group", by=by, now=now, note=given.reason)
    else:
        send_back(entry, by=by, now=now, note=given.reason)
    return entry


@transaction.atomic
def joint_review(
    *,
    entry_id: int,
    verdict: str,
    reason: str,
    held_on: date,
    participants: Sequence[str],
    by: User,
    now: datetime,
) -> CatalogueEntry:
    """Record what the joint meeting of the departments said (会议联审): who was there, when, and why so.

    Only the office may, and not who submitted. Passing needs the reverse analysis: Refusal `analysis_missing`.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "pass_meeting", by=by)
    not_the_submitter(entry, by)
    names = names_of(participants, least=2)
    if verdict == Verdict.PASS and not ReverseAnalysis.objects.filter(entry=entry).exists():
        raise Refusal(
            "analysis_missing", "还没有逆向分析：请先写明能否最多跑一次、减少了什么，再提交会议结论。"
        )
    given = give_verdict(
        entry, verdict, reason=reason, by=by, now=now, held_on=held(held_on, entry, now), participants=names
    )
    return _onward(entry, "pass_meeting", verdict, by=by, now=now, note=given.reason)


@transaction.atomic
def confirm(*, entry_id: int, verdict: str, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """Confirm for the department what review and meeting made of its entry, or take it back (部门确认).

    The head or an editor of the department may, but not who submitted it or reviewed it: Refusal `own_submission`,
    `reviewed_already`.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "confirm", by=by)
    not_the_submitter(entry, by)
    if entry.reviews.filter(round=entry.round, stage=EntryStage.GROUP, reviewer=by).exists():
        raise Refusal("reviewed_already", "您审核过这一轮，不能再代部门确认，请由部门其他人确认。")
    given = give_verdict(entry, verdict, reason=reason, by=by, now=now)
    return _onward(entry, "confirm", verdict, by=by, now=now, note=given.reason)


@transaction.atomic
def deliberate(
    *,
    entry_id: int,
    verdict: str,
    minutes: str,
    held_on: date,
    participants: Sequence[str],
    by: User,
    now: datetime,
) -> Deliberation:
    """Record the collective deliberation of a special matter (集体会商): at least three took part, and what was said.

    The office or the review group may, between submission and lock; once a round. A verdict to return does not move
    the entry by itself: it cannot be locked, and whose turn it is sends it back.
    """
    entry = lock_entry(entry_id)
    require(by, Role.OFFICE, Role.CATALOGUE_REVIEWER)
    _in(entry, DELIBERATE, "deliberate", "在审核期间才能记录会商")
    try:
        with transaction.atomic():
            found = Deliberation.objects.create(
                entry=entry,
                round=entry.round,
                participants=names_of(participants, least=3),
                held_on=held(held_on, entry, now),
                minutes=said(minutes, field="minutes", what="会商纪要"),
                verdict=Verdict(verdict),
                recorded_at=now,
                recorded_by=by,
            )
    except IntegrityError as error:
        raise Refusal("deliberated_already", "这一轮已经记录过集体会商，不能重复记录。") from error
    audit.record(by=by, now=now, act="deliberate_entry", on=entry, code=entry.code, verdict=verdict)
    return found


@transaction.atomic
def analyse(
    *,
    entry_id: int,
    feasibility: str,
    obstacles: str,
    measures: Sequence[Measure],
    by: User,
    now: datetime,
) -> ReverseAnalysis:
    """Write down the reverse analysis of an entry, in place of what stood there (逆向分析法).

    The department's editor, the review group and the office may, until the meeting has spoken. A matter that can be
    done in one trip only after redesign says by which measures: Refusal `measures_missing`.
    """
    entry = lock_entry(entry_id)
    if not _may_analyse(entry, by):
        publishing.require_turn(entry, by)
    _in(entry, ANALYSE, "analyse", "会议联审以前才能修改逆向分析")
    rows = [_measure(one) for one in measures]
    if feasibility == Feasibility.AFTER_REDESIGN and not rows:
        raise Invalid(
            "measures_missing", "再造才可实现的，请至少写一条减材料、减环节、减层级或减时间的措施。"
        )
    ReverseAnalysis.objects.filter(entry=entry).delete()
    analysis = ReverseAnalysis.objects.create(
        entry=entry,
        feasibility=Feasibility(feasibility),
        obstacles=obstacles.replace("\0", "").strip(),
        analysed_at=now,
        analysed_by=by,
    )
    for row in rows:
        row.analysis = analysis
    ReverseMeasure.objects.bulk_create(rows)
    audit.record(by=by, now=now, act="analyse_entry", on=entry, code=entry.code, feasibility=feasibility)
    return analysis


def _may_analyse(entry: CatalogueEntry, by: User) -> bool:
    return holds(by, Role.OFFICE, Role.CATALOGUE_REVIEWER) or holds(
        by, Role.EDITOR, department=entry.department_id
    )


def _measure(one: Measure) -> ReverseMeasure:
    if one.after > one.before:
        raise Invalid(
            "measure_adds", f"措施“{one.text}”从 {one.before} 到 {one.after} 是增加，请核对改革前后的数。"
        )
    text = said(one.text, field="text", what="具体做法")[:400]
    return ReverseMeasure(kind=Reduction(one.kind), before=one.before, after=one.after, text=text)


def _onward(
    entry: CatalogueEntry, act: str, verdict: str, *, by: User, now: datetime, note: str
) -> CatalogueEntry:
    if verdict == Verdict.PASS:
        publishing.make(entry, act, by=by, now=now, note=note)
    else:
        send_back(entry, by=by, now=now, note=note)
    return entry


def _in(entry: CatalogueEntry, states: Sequence[str], act: str, sentence: str) -> None:
    if entry.state not in states:
        raise Refusal(f"cannot_{act}", f"清单条目现在是“{entry.get_state_display()}”，{sentence}。")
