"""What a check finds, and what it may know besides the one matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices


class Severity(TextChoices):
    ERROR = "error", "错误"
    WARNING = "warning", "提醒"
    HINT = "hint", "建议"


ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `place` names the element as a file does (`materials[2].name`), counting from 0.

    `what` says what is wrong, `how` how to mend it, `source` where the rule comes from; `blocks` is true where
    a named rule of law forbids to publish a guide like this.
    """

    code: str
    severity: Severity
    place: str
    what: str
    how: str
    source: str
    blocks: bool


@dataclass(frozen=True)
class Context:
    """What lies outside the one matter: its department's data, and what other matters say.

    `same_task_code` and `same_name` are codes of other matters, the latter of the same department;
    `shared_elsewhere` names for a material's key a matter that gets it by data sharing. `template` is the content of
    the template version adopted, if it is known, and `newest_template` the newest number of that template.
    """

    consult_phone: str = ""
    complaint_phone: str = ""
    hall_hours: str = ""
    credit_code: str = ""
    same_task_code: tuple[str, ...] = ()
    same_name: tuple[str, ...] = ()
    shared_elsewhere: Mapping[str, str] = field(default_factory=dict)
    template: Mapping[str, Any] | None = None
    newest_template: int = 0


NOTHING_KNOWN = Context()
