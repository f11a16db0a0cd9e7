"""That what is written by the thousand stands as it would have stood written one by one."""

import gc
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from core import bulk
from core.models import AuditEntry
from matters.models import Matter, MatterVersion, SearchEntry

TEXTS = ["", "\\", "\\N", "\\.", "两\t栏", "两\n行\r\n", "{\"a\": 'b'}", "{一,二}", "\\\\n", "　空格 "]


@pytest.fixture
def version(world):
    return world.version("SCJG-001")


def copied(version: MatterVersion, **changes) -> MatterVersion:
    (pk,) = bulk.next_ids(MatterVersion, 1)
    draft = {"id": pk, "number": 9, "status": "draft", "published_at": None}
    bulk.insert(MatterVersion, [{**bulk.row(version), **draft, **changes}])
    return MatterVersion.objects.get(pk=pk)


def test_insert_writes_every_column_as_it_was(version):
    again = bulk.row(copied(version))
    same = bulk.row(version).keys() - {"id", "number", "status", "published_at"}
    assert {column: again[column] for column in same} == {
        column: bulk.row(version)[column] for column in same
    }


@pytest.mark.parametrize("text", TEXTS)
def test_insert_takes_any_text_in_texts_lists_and_json(version, text):
    again = copied(
        version, note=text, result_satisfies=[text, "二"], content={"说": [text, None, True]}, presence=[]
    )
    assert (again.note, again.result_satisfies, again.content, again.presence) == (
        text,
        [text, "二"],
        {"说": [text, None, True]},
        [],
    )


def test_insert_takes_json_that_stands_ready(version):
    assert copied(version, content=bulk.Json('{"a": "\\n"}')).content == {"a": "\n"}


def test_insert_leaves_the_rest_to_the_database(world):
    now = world.now()
    entry = AuditEntry(at=now, actor_label="系统", act="try", record_type="x", record_id="1")
    bulk.insert(AuditEntry, [bulk.row(entry), bulk.row(entry)])
    first, second = AuditEntry.objects.filter(act="try").order_by("pk")
    assert (first.at, first.actor, first.detail, second.pk > first.pk) == (now, None, {}, True)


def test_insert_of_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(AuditEntry, [])
        bulk.upsert(AuditEntry, [], unique="id")


def test_insert_is_held_to_the_same_constraints(version):
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(MatterVersion, [{**bulk.row(version), "id": bulk.next_ids(MatterVersion, 1)[0]}])


def test_upsert_changes_what_stands_but_what_is_kept(world):
    stood = SearchEntry.objects.get(code="SCJG-001")
    SearchEntry.objects.filter(pk=stood.pk).update(uses=7)
    SearchEntry.objects.filter(code="GAJ-001").delete()
    changed = {**bulk.row(stood), "name": "歌厅登记", "uses": 0}
    del changed["id"]
    added = {**changed, "matter_id": Matter.objects.get(code="GAJ-001").pk, "code": "GAJ-001"}
    bulk.upsert(SearchEntry, [changed, added], unique="matter_id", kept=["uses"])
    found = SearchEntry.objects.filter(name="歌厅登记").order_by("-code").values_list("code", "uses")
    assert list(found) == [("SCJG-001", 7), ("GAJ-001", 0)]
    assert SearchEntry.objects.get(code="SCJG-001").pk == stood.pk


def test_next_ids_are_never_given_twice(version):
    ids = bulk.next_ids(MatterVersion, 3)
    assert ids == sorted(set(ids))
    assert version.pk < ids[0]
    assert copied(version).pk not in ids


def test_garbage_is_searched_for_again_afterwards():
    with suppress(ValueError), bulk.all_kept():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()


def test_whoever_has_switched_the_search_off_finds_it_off():
    gc.disable()
    try:
        with bulk.all_kept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
