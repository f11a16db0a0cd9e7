"""What people found on a task, with when and where they were on site and the pictures they took. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.enums import TaskStatus
from applications.models import Case, RecordPhoto, ReviewTask, TaskRecord
from applications.presenters.cases import performer
from applications.presenters.words import outcome_of, when


@dataclass(frozen=True)
class RecordRow:
    """One person's record."""

    record: TaskRecord

    @property
    def who(self) -> str:
        return self.record.user.name

    @property
    def text(self) -> str:
        return self.record.finding

    @property
    def written(self) -> str:
        return f"{when(self.record.at)}记录"

    @property
    def site(self) -> str:
        """Say when and where its author was on site; empty for a record made at the desk."""
        if not self.record.is_on_site:
            return ""
        return f"{when(self.record.seen_at)} 到达{self.record.place}"

    @property
    def is_confirmation(self) -> bool:
        return self.record.confirms_id is not None

    @property
    def photos(self) -> list[RecordPhoto]:
        return list(self.record.photos.all())


@dataclass(frozen=True)
class Finding:
    """What colleagues found in one step of the same case."""

    step: str
    department: str
    word: str
    tone: str
    who: str
    at: datetime | None
    opinion: str
    records: Sequence[RecordRow]


def _who(task: ReviewTask) -> str:
    """Return who completed a task, and for whom where they stood in."""
    if task.completed_by is None or task.claimed_by is None or task.completed_by_id == task.claimed_by_id:
        return task.completed_by.name if task.completed_by else ""
    return f"{task.completed_by.name}（代{task.claimed_by.name}）"


def _is_opinion(record: TaskRecord, task: ReviewTask) -> bool:
    """Whether a record only repeats the opinion of whoever completed the task."""
    is_same = record.user_id == task.completed_by_id and record.finding == task.opinion
    return is_same and not record.is_on_site and not record.confirms_id


def finding(task: ReviewTask, case: Case) -> Finding:
    """Say what colleagues found in a task of a case read whole, without telling twice what its opinion says already."""
    word, tone = outcome_of(task, case) if task.status == TaskStatus.DONE else ("办理中", "progress")
    records = [RecordRow(each) for each in task.records.all() if not _is_opinion(each, task)]
    said = [word, *(each.text for each in records)]
    return Finding(
        step=task.step.name,
        department=performer(task.step, task),
        word=word,
        tone=tone,
        who=_who(task),
        at=task.completed_at,
        opinion="" if task.opinion in said else task.opinion,
        records=records,
    )
