"""Who sees which cards: whoever watches the whole sees all; a department, once they are issued, its own."""

from django.db.models import Q, QuerySet

from core.models import User
from matters.enums import Role
from matters.permissions import departments_of, holds
from supervision.enums import CardStatus
from supervision.models import Card

WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT)
NOT_ISSUED = (CardStatus.PROPOSED, CardStatus.DISMISSED)


def watches(viewer: User) -> bool:
    """Return whether a person watches over every department."""
    return holds(viewer, *WATCHERS)


def visible_cards(viewer: User) -> QuerySet[Card]:
    """Return the cards a viewer may see; heads see their department's, and everybody their own, once issued."""
    if watches(viewer):
        return Card.objects.all()
    theirs = Q(department__in=departments_of(viewer, (Role.HEAD,))) | Q(person=viewer)
    return Card.objects.filter(theirs).exclude(status__in=NOT_ISSUED)
