"""Reading for the applicant: their own applications by state, their drafts, what they were told."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from applications.enums import (
    LIVE_APPLICATION,
    ApplicationStatus,
    CaseStatus,
    DecisionOutcome,
    DeliveryMethod,
    MyState,
)
from applications.models import Application, MissingItem, Supply
from applications.permissions import visible_applications
from applications.selectors import my_applications
from core.capped import MOST_COUNTED
from core.models import Applicant, Message, User
from core.prepared import Prepared
from core.selectors import inbox, own_applicant
from matters.enums import Role
from matters.models import ServicePoint, StaffPost

READY_AT_WINDOW = Q(
    status=ApplicationStatus.ACCEPTED, receipted_at__isnull=False, delivery_method=DeliveryMethod.WINDOW
)
LISTED_AS_MISSING = MissingItem.objects.filter(
    opinion__case__application=OuterRef("pk"),
    opinion__case__status=CaseStatus.SIMULATED,
    opinion__outcome=DecisionOutcome.GRANTED,
).exclude(opinion__supplies__in=Supply.objects.filter(answered_at=None))
TO_SUPPLY = Q(Exists(LISTED_AS_MISSING), status=ApplicationStatus.ACCEPTED)
"""A simulated opinion waits for what it lists, and nobody checks what was handed in."""
MINE = {
    MyState.MY_TURN: Q(status=ApplicationStatus.CORRECTION_OPEN) | READY_AT_WINDOW | TO_SUPPLY,
    MyState.UNDER_WAY: Q(status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.ACCEPTED])
    & ~READY_AT_WINDOW
    & ~TO_SUPPLY,
    MyState.DRAFT: Q(status=ApplicationStatus.DRAFT),
    MyState.ENDED: Q(
        status__in=[ApplicationStatus.CLOSED, ApplicationStatus.REFUSED, ApplicationStatus.WITHDRAWN]
    ),
}


def my_applications_in(viewer: User, state: str) -> QuerySet[Application]:
    """Return the viewer's own applications in one of `MyState`, all of them for none."""
    mine = my_applications(viewer)
    return mine.filter(MINE[MyState(state)]) if state else mine


def my_counts(viewer: User) -> dict[str, int]:
    """Return how many of the viewer's own applications are in each of `MyState`.

    Of what is live the newest are counted, MOST_COUNTED and one more; of what has ended as many.
    """
    live = _LIVE_COUNTS.first(viewer.pk) or [0] * len(_LIVE)
    counted = {state.value: many for state, many in zip(_LIVE, live, strict=True)}
    return counted | {MyState.ENDED.value: len(_ENDED.ask(viewer.pk))}


_LIVE = (MyState.MY_TURN, MyState.UNDER_WAY, MyState.DRAFT)


def _own(viewer: int, which: Q) -> QuerySet[Application]:
    return Application.objects.filter(which, applicant=own_applicant(viewer))


@Prepared
def _LIVE_COUNTS(viewer: int) -> QuerySet[Application, Any]:
    newest = _own(viewer, Q(status__in=LIVE_APPLICATION)).order_by("-id").values("pk")[: MOST_COUNTED + 1]
    counts = {f"in_{state}": Count("pk", filter=MINE[state]) for state in _LIVE}
    live = Application.objects.filter(pk__in=newest).order_by().values(all=Value(1))
    return live.annotate(**counts).values_list(*counts)


@Prepared
def _ENDED(viewer: int) -> QuerySet[Application, tuple[int]]:
    """Any of them, not the newest: in order all would be read."""
    return _own(viewer, MINE[MyState.ENDED]).order_by().values_list("pk")[: MOST_COUNTED + 1]


def applicant_or_none(viewer: User) -> Applicant | None:
    """Return the applicant behind an account; None for an account of staff only."""
    return Applicant.objects.filter(user=viewer).first()


def draft_begun(viewer: User, *, matter: str = "", bundle: str = "") -> Application | None:
    """Return the viewer's newest draft for a matter or a bundle (codes), to go on with instead of beginning again."""
    mine = Application.objects.filter(applicant__user=viewer, status=ApplicationStatus.DRAFT)
    same = (
        mine.filter(bundle__code=bundle)
        if bundle
        else mine.filter(bundle=None, cases__version__matter__code=matter)
    )
    return same.order_by("-id").first()


def number_of_filed(viewer: User, pk: int) -> str:
    """Return the number of an application that was a draft of the viewer and is submitted; empty otherwise."""
    filed = visible_applications(viewer).filter(pk=pk).exclude(number=None)
    return filed.values_list("number", flat=True).first() or ""


def outlets() -> QuerySet[ServicePoint]:
    """Return the service points where results are handed over: somebody holds the outlet's post there."""
    staffed = StaffPost.objects.current().filter(role=Role.OUTLET).values("service_point")
    return ServicePoint.objects.filter(is_active=True, pk__in=staffed).order_by("code")


def messages_about(viewer: User, application: Application) -> QuerySet[Message]:
    """Return what the viewer was told about an application, newest first; nothing for anybody but the applicant."""
    return inbox(viewer).filter(reference=application.number or "-")
