"""What the state of a task allows, whoever acts: the sentences that say why it cannot be completed so far."""

from collections.abc import Iterable
from datetime import datetime

from applications.enums import ConsultationStatus
from applications.models import Consultation, ReviewTask, TaskRecord
from core.clock import local_date
from core.errors import Invalid, Refusal
from matters.enums import StepKind

ON_SITE = (StepKind.INSPECT,)
"""Steps whose records say when and where their author was on site."""


def is_on_site(task: ReviewTask) -> bool:
    """Return whether a step is done on site, so that its records must say when and where."""
    return task.kind in ON_SITE


def counted(task: ReviewTask, records: Iterable[TaskRecord]) -> list[TaskRecord]:
    """Return the records that count towards the people a step demands: of an inspection, those made on site."""
    return [each for each in records if each.is_on_site or not is_on_site(task)]


def require_people(task: ReviewTask, records: Iterable[TaskRecord]) -> None:
    """Demand as many different people's records as the step does (an inspection: two, 行政许可法 §34(3)).

    Raises Refusal `more_people_needed`.
    """
    present = len({each.user_id for each in counted(task, records)})
    if present < task.step.staff_min:
        raise Refusal("more_people_needed", more_people_needed(task, present))


def more_people_needed(task: ReviewTask, present: int) -> str:
    """Return the sentence that says how many people a step still lacks."""
    if is_on_site(task):
        return (
            f"现场核查须 {task.step.staff_min} 人到场，现有 {present} 人写明了到场时间和地点；"
            "请到场的人各自在本任务下填写或确认记录后再完成。"
        )
    return (
        f"本环节须 {task.step.staff_min} 人参加，现有 {present} 人记录；"
        "请另一位同事在本任务下填写记录后再完成。"
    )


def require_skippable(task: ReviewTask, *, others: int) -> None:
    """Demand of a step that is to be skipped that nothing the law or the guide relies on is lost with it.

    `others` are the steps of the case that are examined, or still to be, without it. Raises Refusal `people_demanded`
    for what the guide has several people do (an inspection: 行政许可法 §34(3)), `on_record` for what somebody has put
    on record, `only_examination` for the last one: nothing is decided that nobody has examined (行政许可法 §34(1)).
    """
    if task.step.staff_min > 1:
        raise Refusal(
            "people_demanded",
            f"办事指南规定“{task.step.name}”须 {task.step.staff_min} 人办理，不能略过；这次怎样办的，请在记录里写明。",
        )
    if task.records.exists():
        raise Refusal("on_record", "已有同事在本环节填写了记录，不能再略过；请办完本环节。")
    if not others:
        raise Refusal(
            "only_examination", "作决定之前只剩这一个审查环节，不能略过：没有人审查过的申请，不能作决定。"
        )


def require_site(task: ReviewTask, *, seen_at: datetime | None, place: str, now: datetime) -> None:
    """Demand of an inspection's record when and where its author was on site: not before the step began, not to come.

    Raises Invalid `seen_at_required`, `place_required`, `seen_at_ahead`, `seen_at_too_early`.
    """
    if not is_on_site(task):
        return
    if seen_at is None:
        raise Invalid("seen_at_required", "请填写您到达现场的时间。", field="seen_at")
    if not place.strip():
        raise Invalid("place_required", "请填写现场的地点。", field="place")
    if seen_at > now:
        raise Invalid("seen_at_ahead", "到达现场的时间还没有到，请填写实际到达的时间。", field="seen_at")
    if local_date(seen_at) < local_date(task.released_at):
        raise Invalid(
            "seen_at_too_early",
            f"这项核查{local_date(task.released_at):%-m月%-d日}才派发，请填写这次核查到达现场的时间。",
            field="seen_at",
        )


def require_answers(task: ReviewTask, consultations: Iterable[Consultation], *, now: datetime) -> None:
    """Demand that nobody who was asked can still answer: a question is answered, withdrawn, or its day has passed.

    Raises Refusal `consultation_open`.
    """
    waiting = [
        each for each in consultations if each.status == ConsultationStatus.OPEN and each.due_at >= now
    ]
    if waiting:
        first = min(waiting, key=lambda each: each.due_at)
        raise Refusal(
            "consultation_open",
            f"{first.asked}还没有答复您的征询，最迟{local_date(first.due_at):%-m月%-d日}；"
            "请等答复或期满后再完成，不再需要的可先撤回征询。",
        )
