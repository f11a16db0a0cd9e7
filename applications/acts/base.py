"""What an act on a task is: one row of a table, from which its page, its address and its place on the task come."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from applications.models import ReviewTask
from core.errors import Refusal
from core.models import User

LONGEST = 4000


class TaskActForm(forms.Form):
    """What an act asks to be filled in; its choices may depend on the task and on who acts."""

    def __init__(self, *args: Any, task: ReviewTask, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task, self.by = task, by

    def choose_the_only(self, name: str) -> None:
        """Choose what a field offers where it offers but one thing."""
        offered = [value for value, _ in self.fields[name].choices if value]
        if len(offered) == 1:
            self.initial[name] = str(offered[0])


@dataclass(frozen=True)
class TaskAct:
    """One act on a task, at `/queue/TASK/KEY/`: offered where `check` allows it, done by one service call.

    `check` is called with `task` and `by` and raises Refusal where they may not; `serve` is called with `task_id`, `by`,
    `now` and the cleaned values of the form, and asks the same check again under the lock. `hint` says what it brings
    about, for its page. `back_to` is the page to go on with: the task, or the queue when it has left the person's hands. One that is about time shows the
    limits as they stand.
    """

    key: str
    label: str
    icon: str
    hint: str
    done: str
    form: type[TaskActForm]
    check: Callable[..., object]
    serve: Callable[..., object]
    back_to: str = "task"
    tone: str = "primary"
    is_about_time: bool = False

    def why_not(self, *, task: ReviewTask, by: User) -> str:
        """Return the sentence that says why a person may not do it now; empty when they may."""
        try:
            self.check(task=task, by=by)
        except Refusal as refusal:
            return refusal.message
        return ""
