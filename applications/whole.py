"""What a page about an application, or a list of them or of tasks, shows: read in a fixed number of questions."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application, ReviewTask, Urging
from core.prepared import Among, Prepared
from core.whole import Part, Whole

_CONFIDENTIAL = (
    "recipient_phone",
    "recipient_address",
    "applicant__id_number",
    "applicant__phone",
    "applicant__address",
)
"""Encrypted: opening them takes as long as reading the row, and no list shows them."""
_RARE = ["cases__simulated_decision__supplies__unfit"]


def _applications(*unread: str) -> Prepared[Application]:
    return Prepared(
        lambda keys: (
            Application.objects.filter(Among("pk", keys))
            .select_related(
                "applicant",
                "bundle__lead_department",
                "service_point",
                "accepted_by",
                "correction",
                "delivery__shipment",
                "delivery__handover__service_point",
            )
            .defer(*unread)
        )
    )


def _cases(*unread: str) -> Part:
    return Part(
        "cases",
        Part(
            "tasks",
            Part("suspensions", related=["started_by"]),
            related=["step", "department", "claimed_by", "completed_by"],
            order=["id"],
        ),
        Part("version.steps", related=["department"]),
        Part("version.matter.figures"),
        Part("waits_for", related=["predecessor__version__matter"]),
        Part("simulated_decision.items", related=["material"]),
        related=[
            "version__matter__department",
            "decision__decided_by",
            "decision__revocation",
            "certificate__document",
            "simulated_decision",
            "extension__approved_by",
        ],
        order=["order"],
        unread=unread,
    )


_MATERIALS = Part("materials", Part("attachments", only=Q(removed_at=None), order=["id"]), order=["order"])
_OTHERS = (
    Part("visits", related=["service_point"]),
    Part("delivery.shipment.events"),
    Part("extensions", related=["approved_by"]),
    Part("correction.items", related=["material"]),
)

_FULL = _applications(), _cases(), *_OTHERS
_SHORT = _applications(*_CONFIDENTIAL), _cases("version__content"), *_OTHERS
APPLICATION = Whole(*_FULL, _MATERIALS, beside=_RARE)
APPLICATION_WITHOUT_MATERIALS = Whole(*_FULL, beside=_RARE)
APPLICATION_AT_COUNTER = Whole(*_SHORT, _MATERIALS, beside=_RARE)
"""One in a list at the counter, which says how many of its materials have come."""
APPLICATION_CARD = Whole(*_SHORT, beside=_RARE)
"""One in a list of an applicant's own."""
TASK_ROW = Whole(
    Prepared(
        lambda keys: _tasks(keys).defer(
            "case__version__content", *(f"case__application__{name}" for name in _CONFIDENTIAL)
        )
    ),
    Part("suspensions"),
)
"""A task in a list: with whether an urging of it waits for its answer, and with its pauses."""
TASK = Whole(
    Prepared(lambda keys: _tasks(keys)),
    Part("suspensions"),
    Part("records", Part("photos"), related=["user"]),
    Part("urgings", related=["asked_by", "answered_by"]),
)
"""A task on its own page: with what has been found and urged, too."""


FINDING = Whole(
    Prepared(
        lambda keys: ReviewTask.objects.filter(Among("pk", keys)).select_related(
            "step", "department", "completed_by", "claimed_by"
        )
    ),
    Part("records", Part("photos"), related=["user"]),
)
"""What a colleague has found in a task of theirs."""


def _tasks(keys: Any) -> QuerySet[ReviewTask]:
    unanswered = Urging.objects.filter(task=OuterRef("pk"), answered_at=None)
    tasks = ReviewTask.objects.filter(Among("pk", keys)).annotate(is_urged=Exists(unanswered))
    return tasks.select_related(
        "case__application__applicant",
        "case__application__bundle",
        "case__version",
        "step",
        "department",
        "claimed_by",
    )
