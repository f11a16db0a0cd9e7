"""Keeping the search's table true: entries for what is published, and how often each is used."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from core import bulk
from matters import search
from matters.enums import CaseType, MatterState, SearchKind, VersionStatus
from matters.models import Bundle, BundleMember, Material, MatterVersion, SearchEntry

_AT_ONCE = 2000
_COUNTED = "uses"  # the one column that is not written from what is published
_TAKEN = (  # of a version, as they are
    "name",
    "everyday_name",
    "topic",
    "service_objects",
    "max_trips",
    "promised_value",
    "promised_unit",
)
_RENAMED = {  # of a version, its matter and the matter's department
    "code": F("matter__code"),
    "department_id": F("matter__department"),
    "channels": F("handling_forms"),
    "trips_before": F("trips_before_reform"),
    "state": F("matter__state"),
    "state_since": F("matter__state_since"),
    "state_reason": F("matter__state_reason"),
    "instead": F("matter__instead"),
}


def refresh(
    *,
    matter_ids: Collection[int] = (),
    bundle_ids: Collection[int] = (),
    department_ids: Collection[int] = (),
) -> None:
    """Write the entries of these matters and bundles anew, of all of a department, and of bundles with such members.

    Call it in the transaction that publishes, suspends or cancels, changes a bundle or renames a department: the entry
    of a matter that is no longer in use becomes one of what is halted, that of a bundle goes.
    """
    with transaction.atomic():
        matters = Q(matter__in=matter_ids) | Q(matter__department__in=department_ids)
        bundles = (
            Q(pk__in=bundle_ids)
            | Q(lead_department__in=department_ids)
            | Q(members__matter__in=matter_ids)
            | Q(members__matter__department__in=department_ids)
        )
        _write("matter", _matter_entries(_current().filter(matters)))
        _write("bundle", _bundle_entries(_active().filter(bundles).distinct()))
        SearchEntry.objects.filter(bundle__in=bundle_ids).exclude(bundle__in=_active()).delete()


def rebuild() -> int:
    """Write every entry anew, keeping what was counted, and return how many there are."""
    with transaction.atomic():
        _write("matter", _matter_entries(_current()))
        _write("bundle", _bundle_entries(_active()))
        SearchEntry.objects.filter(kind=SearchKind.BUNDLE).exclude(bundle__in=_active()).delete()
    return SearchEntry.objects.count()


def count_uses(*, matters: Mapping[int, int], bundles: Mapping[int, int]) -> int:
    """Take over how often each matter and bundle (by id) was applied for; return how many entries changed.

    What a mapping does not name was never used. Safe to run again, and at the same time.
    """
    with transaction.atomic():
        return _count("matter_id", matters) + _count("bundle_id", bundles)


def _count(column: str, uses: Mapping[int, int]) -> int:
    with connection.cursor() as cursor:
        # Rows are locked in the order of their ids, so that two counts wait for each other and do not collide.
        cursor.execute(
            f"""
            WITH counted AS (
                SELECT * FROM unnest(%s::bigint[], %s::int[]) AS counted(id, uses)
            ), changed AS (
                SELECT entry.id, coalesce(counted.uses, 0) AS uses
                FROM matters_searchentry entry LEFT JOIN counted ON counted.id = entry.{column}
                WHERE entry.{column} IS NOT NULL AND entry.uses <> coalesce(counted.uses, 0)
                ORDER BY entry.id FOR UPDATE OF entry
            )
            UPDATE matters_searchentry entry SET uses = changed.uses FROM changed WHERE changed.id = entry.id
            """,  # noqa: S608 - the column is one of our two
            [list(uses.keys()), list(uses.values())],
        )
        return cursor.rowcount


def _current() -> QuerySet[MatterVersion]:
    return MatterVersion.objects.filter(pk=F("matter__current"))


def _active() -> QuerySet[Bundle]:
    published = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED)
    members = BundleMember.objects.select_related("matter").order_by("order")
    members = members.prefetch_related(Prefetch("matter__versions", queryset=published, to_attr="published"))
    return (
        Bundle.objects.filter(is_active=True)
        .select_related("lead_department")
        .prefetch_related(Prefetch("members", queryset=members))
    )


def _matter_entries(versions: QuerySet[MatterVersion]) -> Iterable[bulk.Row]:
    shared = Material.objects.filter(version=OuterRef("pk"), shared_data=True).order_by().values("version")
    found = versions.order_by().values(
        *_TAKEN,
        "matter_id",
        "result_name",
        "case_type",
        "content__life_events",
        department_name=F("matter__department__name"),
        department_code=F("matter__department__code"),
        spared=Subquery(shared.values(many=Count("*"))),
        **_RENAMED,
    )
    for one in found.iterator(_AT_ONCE):
        yield {
            "kind": SearchKind.MATTER if one["state"] == MatterState.IN_USE else SearchKind.HALTED,
            "matter_id": one["matter_id"],
            "grams": search.vector(
                name=one["name"],
                everyday_names=one["everyday_name"].split("/"),
                code=one["code"],
                elsewhere=(one["department_name"], one["department_code"], one["topic"], one["result_name"]),
            ),
            "is_instant": one["case_type"] == CaseType.INSTANT,
            "life_events": one["content__life_events"] or [],
            "spared_materials": one["spared"] or 0,
            "members": [],
            _COUNTED: 0,
            **{column: one[column] for column in (*_TAKEN, *_RENAMED)},
        }


def _bundle_entries(bundles: QuerySet[Bundle]) -> Iterable[bulk.Row]:
    for bundle in bundles.iterator(_AT_ONCE):
        versions = [row.matter.published[0] for row in bundle.members.all() if row.matter.published]
        entry = SearchEntry(
            kind=SearchKind.BUNDLE,
            bundle=bundle,
            code=bundle.code,
            name=bundle.name,
            grams=search.vector(
                name=bundle.name,
                everyday_names=[
                    said for one in versions for said in (*one.everyday_name.split("/"), one.name)
                ],
                code=bundle.code,
                elsewhere=(bundle.lead_department.name,),
            ),
            department=bundle.lead_department,
            service_objects=sorted({who for one in versions for who in one.service_objects}),
            channels=sorted({form for one in versions for form in one.handling_forms}),
            life_events=list(
                dict.fromkeys(e for one in versions for e in one.content.get("life_events", []))
            ),
            max_trips=bundle.trips_after,
            trips_before=bundle.trips_before,
            promised_value=bundle.promised_workdays,
            promised_unit="workday",
            members=[one.everyday_name.split("/")[0] or one.name for one in versions],
        )
        yield bulk.row(entry)


def _write(of: str, entries: Iterable[bulk.Row]) -> None:
    rows = iter(entries)
    while batch := list(islice(rows, _AT_ONCE)):
        bulk.upsert(SearchEntry, batch, unique=f"{of}_id", kept=[_COUNTED])
