"""Catalogue entries as each who works on them sees them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.errors import NotFound
from core.models import User
from matters import publishing
from matters.enums import EntryStage, EntryState, Role, VersionStatus
from matters.models import CatalogueEntry, Department, EntryReview, MatterVersion
from matters.models.publishing import OPEN_ENTRY
from matters.permissions import departments_of, holds, require

EVERYWHERE = (Role.CATALOGUE_REVIEWER, Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR)
OWN_DEPARTMENT = (Role.EDITOR, Role.HEAD)
WORK_ROLES = (*EVERYWHERE, *OWN_DEPARTMENT)


def entries(*, viewer: User) -> QuerySet[CatalogueEntry]:
    """Return the entries a viewer may see: editors and heads those of their departments, the others all."""
    require(viewer, *WORK_ROLES)
    found = CatalogueEntry.objects.select_related("department", "batch", "submitted_by", "updated_by")
    if holds(viewer, *EVERYWHERE):
        return found
    return found.filter(department__in=departments_of(viewer, OWN_DEPARTMENT))


def entries_by(
    *, viewer: User, q: str = "", state: str = "", turn: str = "", closed: str = ""
) -> QuerySet[CatalogueEntry]:
    """Return the viewer's entries narrowed by code or name, state, and whether it is their turn; open ones if not asked."""
    found = entries(viewer=viewer)
    if q:
        found = found.filter(Q(code__icontains=q) | Q(content__name__icontains=q))
    if state:
        found = found.filter(state=state)
    elif not closed:
        found = found.filter(state__in=OPEN_ENTRY)
    return found.filter(my_turn(viewer)) if turn == "mine" else found


def my_turn(viewer: User) -> Q:
    """Return the condition under which an entry waits for this person."""
    mine = Q(pk__in=[])
    for state, turn in publishing.TURNS[CatalogueEntry].items():
        if state == EntryState.COMMENT:
            continue  # it waits for the public
        if turn.own_department:
            mine |= Q(state=state, department__in=departments_of(viewer, turn.roles))
        elif turn.roles and holds(viewer, *turn.roles):
            mine |= Q(state=state)
    spoken = EntryReview.objects.filter(
        entry=OuterRef("pk"), round=OuterRef("round"), stage=EntryStage.GROUP, reviewer=viewer
    )
    done = Q(state=EntryState.GROUP_REVIEW) & (Q(submitted_by=viewer) | Q(Exists(spoken)))
    return mine & ~done


def entry_for(*, viewer: User, pk: int) -> CatalogueEntry:
    """Return one entry the viewer may see, with what was said of it; NotFound where there is none for them."""
    found = entries(viewer=viewer).select_related("base_version", "published_version", "locked_by", "matter")
    said = ("reviews__reviewer", "deliberations__recorded_by", "analysis__measures")
    entry = found.prefetch_related(*said).filter(pk=pk).first()
    if entry is None:
        raise NotFound("没有找到这个清单条目，请回到列表核对。")
    return entry


def startable(*, viewer: User) -> QuerySet[MatterVersion]:
    """Return what is published of the matters an editor may begin to revise, those without an open entry, by code."""
    require(viewer, Role.EDITOR)
    busy = CatalogueEntry.objects.filter(code=OuterRef("matter__code"), state__in=OPEN_ENTRY)
    mine = MatterVersion.objects.filter(
        status=VersionStatus.PUBLISHED, matter__department__in=departments_of(viewer, [Role.EDITOR])
    )
    return mine.exclude(Exists(busy)).select_related("matter").order_by("matter__code")


def open_entries(*, viewer: User, codes: Collection[str]) -> dict[str, int]:
    """Return the entries on their way of some matters, by code; only those the viewer may see."""
    found = entries(viewer=viewer).filter(code__in=codes, state__in=OPEN_ENTRY)
    return dict(found.order_by().values_list("code", "pk"))


def start_departments(*, viewer: User) -> QuerySet[Department]:
    """Return the departments in which an editor may begin a new matter."""
    require(viewer, Role.EDITOR)
    return Department.objects.filter(pk__in=departments_of(viewer, [Role.EDITOR])).order_by("code")


def lockable(*, viewer: User) -> QuerySet[CatalogueEntry]:
    """Return the locked entries that wait for a batch, by code, for the office."""
    require(viewer, Role.OFFICE)
    return entries(viewer=viewer).filter(state=EntryState.LOCKED).order_by("code")
