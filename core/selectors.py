"""How the core room is read."""

from django.db.models import Q, QuerySet, Subquery

from core.models import Applicant, CalendarDay, CalendarLoad, Message, OfficialDocument, Sms, User
from core.prepared import Prepared

MOST_UNREAD = 99


def inbox(viewer: User) -> QuerySet[Message]:
    """Return what was told to a person, as staff or as the applicant behind the account, newest first.

    The applicant is looked up first, so that either half is found by its own index.
    """
    return Message.objects.filter(Q(applicant=own_applicant(viewer)) | Q(user=viewer))


def own_applicant(viewer: User | int) -> Subquery:
    """Return the applicant behind an account, looked up first: only so does an index give what is theirs in order."""
    return Subquery(Applicant.objects.filter(user=viewer).values("pk")[:1])


def unread_count(viewer: User) -> int:
    """Return how many messages the viewer has not opened yet, at most one more than MOST_UNREAD; each half by its index."""
    return min(len(_UNREAD.ask(viewer.pk)), MOST_UNREAD + 1)


@Prepared
def _UNREAD(viewer: int) -> QuerySet[Message, tuple[int]]:
    unread = Message.objects.filter(read_at=None).order_by().values_list("pk")
    told, as_staff = unread.filter(applicant=own_applicant(viewer)), unread.filter(user=viewer)
    return told[: MOST_UNREAD + 1].union(as_staff[: MOST_UNREAD + 1], all=True)


def sms_outbox() -> QuerySet[Sms]:
    """Return every short message, newest first; for the demo's page of the recording simulator only."""
    return Sms.objects.all()


def document_for_verification(token: str) -> OfficialDocument | None:
    """Return the document anybody may verify with this token, valid or revoked, or None."""
    if "\0" in token:  # PostgreSQL takes no such text
        return None
    return OfficialDocument.objects.filter(verify_token=token).first()


def failed_documents() -> int:
    """Return how many documents were given up after many attempts and wait for somebody to look after them."""
    return OfficialDocument.objects.given_up().count()


def calendar_of(year: int) -> list[CalendarDay]:
    """Return the days of a year in order; empty for one the calendar does not know."""
    return list(CalendarDay.objects.filter(date__year=year).order_by("date"))


def calendar_years() -> tuple[int, int] | None:
    """Return the first and the last year the calendar knows."""
    days = CalendarDay.objects.order_by("date").values_list("date", flat=True)
    first, last = days.first(), days.last()
    return (first.year, last.year) if first and last else None


def calendar_loads() -> QuerySet[CalendarLoad]:
    """Return when which year was loaded by whom, the latest first."""
    return CalendarLoad.objects.select_related("loaded_by").order_by("-id")
