"""Keeping the search's table true: entries for what is published, and how often each is used."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Count, F, Prefetch, Q, QuerySet

from matters import search
from matters.enums import MatterState, SearchKind, VersionStatus
from matters.models import Bundle, BundleMember, MatterVersion, SearchEntry

_AT_ONCE = 1000
_KEPT = {"id", "matter", "bundle", "uses", "place"}
_WRITTEN = [field.name for field in SearchEntry._meta.concrete_fields if field.name not in _KEPT]


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
    versions = MatterVersion.objects.filter(pk=F("matter__current"))
    return versions.select_related("matter__department").annotate(
        spared=Count("materials", filter=Q(materials__shared_data=True))
    )


def _active() -> QuerySet[Bundle]:
    published = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED)
    members = BundleMember.objects.select_related("matter").order_by("order")
    members = members.prefetch_related(Prefetch("matter__versions", queryset=published, to_attr="published"))
    return (
        Bundle.objects.filter(is_active=True)
        .select_related("lead_department")
        .prefetch_related(Prefetch("members", queryset=members))
    )


def _matter_entries(versions: QuerySet[MatterVersion]) -> Iterable[SearchEntry]:
    for version in versions.iterator(_AT_ONCE):
        matter, department = version.matter, version.matter.department
        yield SearchEntry(
            kind=SearchKind.MATTER if matter.state == MatterState.IN_USE else SearchKind.HALTED,
            matter=matter,
            code=matter.code,
            name=version.name,
            everyday_name=version.everyday_name,
            grams=search.vector(
                name=version.name,
                everyday_names=version.everyday_name.split("/"),
                code=matter.code,
                elsewhere=(department.name, department.code, version.topic, version.result_name),
            ),
            department=department,
            topic=version.topic,
            service_objects=version.service_objects,
            channels=version.handling_forms,
            life_events=version.content.get("life_events", []),
            max_trips=version.max_trips,
            is_instant=version.is_instant,
            trips_before=version.trips_before_reform,
            promised_value=version.promised_value,
            promised_unit=version.promised_unit,
            spared_materials=version.spared,  # type: ignore[attr-defined]
            state=matter.state,
            state_since=matter.state_since,
            state_reason=matter.state_reason,
            instead=matter.instead,
        )


def _bundle_entries(bundles: QuerySet[Bundle]) -> Iterable[SearchEntry]:
    for bundle in bundles.iterator(_AT_ONCE):
        versions = [row.matter.published[0] for row in bundle.members.all() if row.matter.published]
        yield SearchEntry(
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


def _write(of: str, entries: Iterable[SearchEntry]) -> None:
    batch: list[SearchEntry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == _AT_ONCE:
            _upsert(of, batch)
            batch = []
    _upsert(of, batch)


def _upsert(of: str, batch: Sequence[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(batch, update_conflicts=True, unique_fields=[of], update_fields=_WRITTEN)
