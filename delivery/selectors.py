"""Reading for the outlet, the courier desk and whoever verifies; what a viewer may not see does not exist."""

import re
from urllib.parse import parse_qs

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from applications.enums import ApplicationStatus, CaseStatus
from applications.models import Application
from applications.permissions import visible_applications
from applications.selectors import application_for, applications
from core import codes
from core.errors import NotFound
from core.fields import blind_index
from core.models import Applicant, OfficialDocument, User
from core.selectors import document_for_verification
from delivery.enums import DeliveryStatus, DeliveryWay, ShipmentStatus
from delivery.models import Certificate, Delivery, Handover, Shipment
from matters.enums import Role
from matters.models import ServicePoint
from matters.permissions import posts_of, require

FOUND = 30
PARCEL_STATES = {
    "pack": (ShipmentStatus.ORDERED, ShipmentStatus.BOOKED),
    "transit": (ShipmentStatus.SENT,),
    "received": (ShipmentStatus.RECEIVED,),
}


def deliveries(viewer: User) -> QuerySet[Delivery]:
    """Return the deliveries of the applications the viewer may see, newest first."""
    return (
        Delivery.objects.filter(application__in=visible_applications(viewer).values("pk"))
        .select_related("application__applicant")
        .prefetch_related("application__cases__certificate__document", "application__cases__version__matter")
        .order_by("-id")
    )


def handovers(viewer: User) -> QuerySet[Handover]:
    """Return the handovers of the applications the viewer may see, newest first."""
    return (
        Handover.objects.filter(delivery__application__in=visible_applications(viewer).values("pk"))
        .select_related("delivery__application", "service_point", "handed_by")
        .order_by("-id")
    )


def parcels(viewer: User) -> QuerySet[Shipment]:
    """Return the parcels of the applications the viewer may see, newest first."""
    return (
        Shipment.objects.filter(delivery__application__in=visible_applications(viewer).values("pk"))
        .select_related("delivery__application__applicant")
        .prefetch_related("events")
        .order_by("-id")
    )


def standing_results(application_id: int) -> QuerySet[Certificate]:
    """Return the results that stand; one is void from the revocation on, before its paper is marked."""
    standing = Certificate.objects.filter(case__application=application_id, document__revoked_at=None)
    return standing.exclude(case__status=CaseStatus.REVOKED)


def scanned_number(text: str) -> str:
    """Return the application number in what a scanner typed: a number, or the address in a slip's QR code."""
    wanted = text.strip()
    if "://" in wanted:
        wanted = parse_qs(wanted.partition("?")[2]).get("number", [""])[0]
    return codes.as_checked(re.sub(r"-\d\d$", "", wanted))


def scanned_token(text: str) -> str:
    """Return the verification token in what was typed or scanned: the token, or the address that ends in it.

    What can be no token becomes `-`, which none is.
    """
    token = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return token if re.fullmatch(r"[\w-]+", token, re.ASCII) else "-"


def waiting_at_outlet(viewer: User) -> QuerySet[Delivery]:
    """Return what is ready to be collected at a window, the longest waiting first; for outlet posts."""
    require(viewer, Role.OUTLET)
    ready = Delivery.objects.filter(way=DeliveryWay.WINDOW, status=DeliveryStatus.READY)
    return (
        ready.select_related("application__applicant")
        .annotate(
            results=Count(
                "application__cases__certificate",
                filter=~Q(application__cases__status=CaseStatus.REVOKED),
            )
        )
        .order_by("ready_at", "id")
    )


def of_person(viewer: User, text: str) -> list[Application]:
    """Return what the outlet has to do with the person behind a number, identity number, phone or name.

    A number finds all applications of its applicant, so that everything ready leaves at once; the ready ones come first.
    """
    require(viewer, Role.OUTLET)
    wanted = text.strip()
    if not wanted:
        return []
    number = scanned_number(wanted)
    people = Applicant.objects.filter(
        Q(name=wanted)
        | Q(id_index=blind_index(wanted.upper()))
        | Q(phone_index=blind_index(wanted))
        | Q(pk__in=Application.objects.filter(number=number or "-").values("applicant_id"))
    )
    theirs = applications(viewer).filter(applicant__in=people.values("pk"), number__isnull=False)
    open_or_named = theirs.filter(
        Q(
            status__in=[
                ApplicationStatus.SUBMITTED,
                ApplicationStatus.CORRECTION_OPEN,
                ApplicationStatus.ACCEPTED,
            ]
        )
        | Q(number=number)
    )
    return sorted(open_or_named[:FOUND], key=lambda each: (each.receipted_at is None, each.pk))


def at_outlet(viewer: User, number: str) -> Application:
    """Return one application with its results, whole; for outlet posts."""
    require(viewer, Role.OUTLET)
    if not number.isalnum():
        raise NotFound("没有找到这项申请，请核对申报号。")
    found = application_for(viewer, number)
    prefetch_related_objects([found], "delivery__handover__handed_by")
    return found


def places_of(viewer: User) -> list[ServicePoint]:
    """Return the service points at which the viewer hands over."""
    points = {
        post.service_point_id: post.service_point for post in posts_of(viewer) if post.role == Role.OUTLET
    }
    return [point for point in points.values() if point]


def courier_desk(viewer: User, state: str) -> QuerySet[Shipment]:
    """Return the parcels to pack, in transit or received; for courier posts. Addresses are shown on the label only."""
    require(viewer, Role.COURIER)
    wanted = Shipment.objects.filter(status__in=PARCEL_STATES[state])
    return wanted.select_related("delivery__application").prefetch_related(
        "events", "delivery__application__cases__certificate__document"
    )


def parcel_counts(viewer: User) -> dict[str, int]:
    """Return how many parcels are in each state of `PARCEL_STATES`."""
    require(viewer, Role.COURIER)
    counted = {name: Count("pk", filter=Q(status__in=states)) for name, states in PARCEL_STATES.items()}
    return Shipment.objects.aggregate(**counted)


def parcel(viewer: User, pk: int) -> Shipment:
    """Return one parcel with its contents and its road; NotFound otherwise."""
    require(viewer, Role.COURIER)
    found = (
        Shipment.objects.select_related("delivery__application", "sent_by")
        .prefetch_related("events", "delivery__application__cases__certificate__document")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound("没有找到这件专递。")
    return found


def verifiable(token: str) -> OfficialDocument:
    """Return the document anybody may verify with this token; NotFound, without saying more, otherwise."""
    found = document_for_verification(scanned_token(token))
    if found is None:
        raise NotFound("没有查到这份文书。")
    return found
