"""Reading for the counter: its queue with the five-day clock, the person at the window, what can be filed."""

from collections.abc import Iterable
from datetime import datetime

from applications.enums import ApplicationStatus, ClockKind
from applications.models import Application
from applications.permissions import visible_applications
from applications.selectors import application_for, draft_for, intake_queue
from applications.selectors.offers import Offered, bundles_offered
from applications.services import clocks
from core.capped import capped
from core.fields import blind_index
from core.models import Applicant, OfficialDocument, User
from matters.enums import Role
from matters.models import Bundle, MatterVersion, ServicePoint
from matters.permissions import posts_of, require
from matters.selectors import Member, bundle_for_guide, matter_for_filing, search, search_bundles

SUGGESTIONS = 8


def waiting_since(application: Application) -> datetime | None:
    """Return when the limit to accept began: with the submission, or with the answer to the correction notice."""
    correction = getattr(application, "correction", None)
    return (correction.answered_at if correction else None) or application.submitted_at


def next_in_queue(viewer: User, *, after: str = "") -> Application | None:
    """Return the application that has waited longest, or the next one behind `after` (a number) to pass one over."""
    queue, after = intake_queue(viewer), after.replace("\0", "")
    passed = Application.objects.filter(number=after).first() if after else None
    if passed and passed.submitted_at:
        behind = queue.filter(submitted_at__gt=passed.submitted_at).first()
        if behind:
            return behind
    return queue.exclude(number=after).first() or queue.first()


def queue_length(viewer: User) -> int:
    """Return how many applications wait for acceptance, capped."""
    return capped(intake_queue(viewer))


def places_of(viewer: User) -> list[ServicePoint]:
    """Return the service points at which the viewer holds an intake post."""
    require(viewer, Role.INTAKE)
    points = {
        post.service_point_id: post.service_point for post in posts_of(viewer) if post.role == Role.INTAKE
    }
    return [point for point in points.values() if point is not None]


def applicant_at_counter(viewer: User, *, id_type: str, id_number: str) -> Applicant | None:
    """Return the applicant with this identity number, if somebody has written them down before."""
    require(viewer, Role.INTAKE)
    return Applicant.objects.filter(id_type=id_type, id_index=blind_index(id_number)).first()


def application_at_counter(viewer: User, number: str) -> Application:
    """Return one submitted application whole, for intake posts."""
    require(viewer, Role.INTAKE)
    return application_for(viewer, number)


def counter_draft_for(viewer: User, pk: int) -> Application:
    """Return a draft this clerk began at the counter; NotFound otherwise."""
    require(viewer, Role.INTAKE)
    return draft_for(viewer, pk)


def submitted_draft(viewer: User, pk: int) -> Application | None:
    """Return the application that a draft the viewer may see has become, if it was submitted meanwhile."""
    require(viewer, Role.INTAKE)
    found = visible_applications(viewer).exclude(status=ApplicationStatus.DRAFT)
    return found.filter(pk=pk).first()


def what_can_be_filed(viewer: User, query: str) -> tuple[list[Bundle], list[MatterVersion]]:
    """Return the bundles and matters a query finds, best first and few; without a query the matters used most."""
    require(viewer, Role.INTAKE)
    if not query.strip():
        return [], search("", limit=SUGGESTIONS)
    found = search_bundles(query, limit=SUGGESTIONS // 2)
    return found, search(query, limit=SUGGESTIONS - len(found))


def chosen_to_file(viewer: User, what: str) -> tuple[Bundle | None, MatterVersion | None]:
    """Return the bundle or the matter of a choice (`bundle:B01`, `matter:SCJG-009`); raises what its guide raises."""
    require(viewer, Role.INTAKE)
    kind, _, code = what.partition(":")
    if kind == "bundle":
        return bundle_for_guide(code).bundle, None
    return None, matter_for_filing(code)


def optional_members(application: Application) -> list[tuple[Member, bool]]:
    """Return the optional matters of an application's bundle that can be filed now, and whether each is chosen."""
    if application.bundle is None:
        return []
    chosen = {case.version.matter_id for case in application.cases.all()}
    members = bundle_for_guide(application.bundle.code).members
    return [(member, member.matter.pk in chosen) for member in members if member.optional]


def offers_at_counter(viewer: User, application: Application) -> list[Offered]:
    """Return the bundles to which a draft of one matter can be widened, of an application read whole."""
    require(viewer, Role.INTAKE)
    if application.bundle_id is not None:
        return []
    return bundles_offered(application.cases.all()[0].version)


def promised_day(application: Application, now: datetime) -> datetime | None:
    """Return the day that would be promised if the application were accepted now; of an application read whole."""
    if application.promised_due_at:
        return application.promised_due_at
    return clocks.would_be_due(ClockKind.PROMISED, on=application, now=now)


def documents_by_number(applications: Iterable[Application]) -> dict[str, list[OfficialDocument]]:
    """Return the official documents of applications the caller has read for a viewer, by number, in one query."""
    found: dict[str, list[OfficialDocument]] = {each.number or "": [] for each in applications}
    for document in OfficialDocument.objects.filter(reference__in=found).order_by("id"):
        found[document.reference].append(document)
    return found
