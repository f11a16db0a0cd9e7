from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from matters.enums import MatterState, Role, SearchKind
from matters.models import Bundle, Department, Matter, SearchEntry
from matters.selectors import find, most_used, tally, theme_sizes
from matters.selectors.questions import Level, Narrowing
from matters.services import search_index, versions
from matters.services.departments import merge_department, rename_department


def codes(query: str = "", kind: SearchKind = SearchKind.MATTER) -> list[str]:
    return [hit.code for hit in find(query, kind, size=100).hits]


def test_publishing_writes_one_entry_for_each_matter_and_bundle(loaded):
    assert codes() == ["A-1", "B-1"]
    assert codes(kind=SearchKind.BUNDLE) == ["BUN"]
    entry = SearchEntry.objects.get(code="B-1")
    assert (entry.topic, entry.service_objects, entry.channels, entry.max_trips) == (
        "卫生",
        [1, 2],
        [1, 2],
        1,
    )
    (bundle,) = find("开店", SearchKind.BUNDLE).hits
    assert (bundle.members, bundle.trips_before, bundle.max_trips) == (["开店", "卫生许可"], 4, 1)


def test_publishing_again_changes_what_is_found_and_keeps_what_was_counted(load, loaded):
    matter = Matter.objects.get(code="A-1")
    search_index.count_uses(matters={matter.pk: 7}, bundles={})
    loaded["matters"][0]["name"] = "歌厅登记"
    load(loaded)
    assert codes("歌厅") == ["A-1"]
    assert codes("歌厅", SearchKind.BUNDLE) == ["BUN"]
    assert find("开店登记").level != Level.TYPED
    assert SearchEntry.objects.get(code="A-1").uses == 7


def test_a_dry_run_leaves_the_search_alone(load, loaded):
    loaded["matters"][0]["name"] = "歌厅登记"
    load(loaded, dry_run=True)
    assert codes("歌厅") == []


def test_renaming_a_department_changes_what_its_matters_are_found_by(load, loaded):
    loaded["departments"][0]["name"] = "文化广电局"
    load(loaded)
    assert codes("文化广电") == ["A-1"]
    assert codes("文化广电", SearchKind.BUNDLE) == ["BUN"]


def test_merging_a_department_takes_its_matters_along(loaded, staff, now):
    office = staff("office", Department.objects.get(code="AAA"), Role.OFFICE)
    told = {"basis": "机构改革方案", "effective_on": now.date(), "by": office, "now": now}
    rename_department(code="BBB", name="文化广电局", **told)
    assert codes("文化广电") == ["B-1"]
    merge_department(code="BBB", into="AAA", **told)
    assert codes("文化广电") == []
    narrowed = find("", narrowing=Narrowing(department="AAA")).hits
    assert [(hit.code, hit.department_name) for hit in narrowed] == [("A-1", "甲局"), ("B-1", "甲局")]


@pytest.mark.parametrize("act", [versions.suspend, versions.cancel])
def test_what_is_no_longer_in_use_is_found_as_halted_alone(loaded, staff, now, act):
    office = staff("office", Department.objects.get(code="AAA"), Role.OFFICE)
    matter = Matter.objects.get(code="A-1")
    search_index.count_uses(matters={matter.pk: 7}, bundles={})
    act(code="A-1", reason="系统升级。", instead="请用乙事项。", by=office, now=now)
    assert codes() == ["B-1"]
    assert codes("开店") == []
    (hit,) = find("开店", SearchKind.HALTED).hits
    assert (hit.code, hit.state_since, hit.state_reason, hit.instead) == (
        "A-1",
        now,
        "系统升级。",
        "请用乙事项。",
    )
    assert tally("", Level.TYPED).total == 1
    assert [size.topic for size in theme_sizes()] == ["卫生"]
    assert [hit.code for hit in most_used(9)] == ["B-1"]
    assert SearchEntry.objects.get(code="A-1").uses == 7


def test_what_is_in_use_again_is_found_again(loaded, staff, now):
    office = staff("office", Department.objects.get(code="AAA"), Role.OFFICE)
    versions.suspend(code="A-1", reason="系统升级。", by=office, now=now)
    versions.resume(code="A-1", reason="升级完成。", by=office, now=now)
    assert codes() == ["A-1", "B-1"]
    assert codes(kind=SearchKind.HALTED) == []


def test_a_bundle_taken_out_of_use_is_no_longer_found(loaded):
    Bundle.objects.update(is_active=False)
    search_index.refresh(bundle_ids=[Bundle.objects.get().pk])
    assert codes(kind=SearchKind.BUNDLE) == []


def test_rebuild_mends_whatever_went_wrong(loaded):
    wanted = list(SearchEntry.objects.order_by("pk").values("code", "name", "grams", "channels", "members"))
    SearchEntry.objects.filter(code="A-1").delete()
    SearchEntry.objects.filter(code="B-1").update(name="?", grams="'x':1")
    bundle = Bundle.objects.create(
        code="OLD",
        name="旧",
        lead_department=Department.objects.first(),
        promised_workdays=1,
        trips_before=1,
        trips_after=1,
        is_active=False,
    )
    SearchEntry.objects.filter(code="BUN").update(bundle=bundle, code="OLD")
    out = StringIO()
    call_command("reindex", stdout=out)
    assert "3 条" in out.getvalue()
    found = SearchEntry.objects.order_by("pk").values("code", "name", "grams", "channels", "members")
    assert sorted(map(str, found)) == sorted(map(str, wanted))


def test_rebuild_takes_the_same_queries_for_any_size(demo, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        search_index.rebuild()


def test_count_uses_counts_anew_and_changes_nothing_the_second_time(loaded):
    first, second = Matter.objects.order_by("code")
    bundle = Bundle.objects.get()
    assert search_index.count_uses(matters={first.pk: 2, second.pk: 5}, bundles={bundle.pk: 3}) == 3
    assert search_index.count_uses(matters={first.pk: 2, second.pk: 5}, bundles={bundle.pk: 3}) == 0
    assert codes() == ["B-1", "A-1"]
    assert search_index.count_uses(matters={first.pk: 2}, bundles={}) == 2
    assert dict(SearchEntry.objects.values_list("code", "uses")) == {"A-1": 2, "B-1": 0, "BUN": 0}


def test_the_database_refuses_an_entry_of_no_kind_or_of_both(loaded):
    for change in (
        {"matter": None},
        {"bundle": Bundle.objects.get()},
        {"kind": SearchKind.BUNDLE},
        {"kind": SearchKind.HALTED},
        {"state": MatterState.SUSPENDED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchEntry.objects.filter(code="A-1").update(**change)
