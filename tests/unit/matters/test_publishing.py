"""The one table of the catalogue's workflow: which state follows which, who may, and that the database agrees."""

import importlib
import itertools
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from core.errors import Forbidden
from core.models import AuditEntry
from matters import publishing
from matters.enums import BatchState, EntryState, Role
from matters.models import CatalogueBatch, CatalogueEntry, StaffPost
from tests.entries import Entries
from tests.proof import refused

# Written out a second time on purpose: a change of the table must be a decision, not an accident.
EXPECTED = """
    submit       draft                                             group_review
    pass_group   group_review                                      joint_review
    pass_meeting joint_review                                      confirmation
    confirm      confirmation                                      recheck
    lock         recheck                                           locked
    open_comment locked                                            comment
    publish      comment                                           published
    send_back    group_review,joint_review,confirmation,recheck    draft
    unlock       locked,comment                                    unlocked
    withdraw     draft                                             withdrawn
"""
WHO = {
    "draft": {Role.EDITOR},
    "group_review": {Role.CATALOGUE_REVIEWER},
    "joint_review": {Role.OFFICE},
    "confirmation": {Role.EDITOR, Role.HEAD},
    "recheck": {Role.OFFICE},
    "locked": {Role.OFFICE},
    "comment": {Role.OFFICE},
}
OF_THE_DEPARTMENT = {Role.EDITOR, Role.HEAD}
ACTS = {
    act: (set(sources.split(",")), target)
    for act, sources, target in (line.split() for line in EXPECTED.strip().splitlines())
}
PAIRS = {(source, target) for sources, target in ACTS.values() for source in sources}
migration = importlib.import_module("matters.migrations.0004_publishing")


@pytest.fixture
def entries(world):
    return Entries(world)


def test_table_is_as_decided():
    table = publishing.TRANSITIONS[CatalogueEntry]
    assert {row.act: (set(row.sources), row.target) for row in table} == ACTS
    assert len(table) == len(ACTS)
    batch = {row.act: (row.sources, row.target) for row in publishing.TRANSITIONS[CatalogueBatch]}
    assert batch == {
        "open_comment": ((BatchState.PREPARING,), BatchState.COMMENT),
        "publish": ((BatchState.COMMENT,), BatchState.PUBLISHED),
    }


def test_every_state_has_an_owner():
    assert set(publishing.TURNS[CatalogueEntry]) == set(EntryState.values)
    assert set(publishing.TURNS[CatalogueBatch]) == set(BatchState.values)


def test_database_knows_the_same_pairs():
    said = set(re.findall(r"'(\w+) > (\w+)'", migration.GUARD))
    assert said == PAIRS


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("where", ["own", "other"])
def test_check_for_every_state_act_and_role(entries, world, role, where):
    """A person of one role alone, in the entry's department or another: exactly the table's acts are theirs."""
    department = world.department("WJJ" if where == "own" else "SCJG")
    person = world.citizen.user
    place = world.hall if role in (Role.INTAKE, Role.OUTLET, Role.COURIER) else None
    StaffPost.objects.create(
        user=person, department=department, role=role, service_point=place, given_at=world.now()
    )
    entry = entries.draft()
    allowed, refusals = set(), {}
    for state, act in itertools.product(EntryState.values, ACTS):
        entry.state = state
        try:
            publishing.check(entry, act, by=person)
        except (publishing.WrongState, Forbidden) as refusal:
            refusals[state, act] = refusal
        else:
            allowed.add((state, act))
    expected = {
        (state, act)
        for act, (sources, _) in ACTS.items()
        for state in sources
        if role in WHO[state] and (where == "own" or role not in OF_THE_DEPARTMENT)
    }
    assert allowed == expected
    for (state, act), refusal in refusals.items():
        assert isinstance(refusal, Forbidden) == (state in ACTS[act][0])
        assert refusal.message.endswith("。")


@pytest.mark.parametrize("state", EntryState.values)
def test_no_state_is_jumped_to_in_the_database(entries, state):
    """From each state the database refuses every other one while nothing new is on record."""
    entry = entries.unlocked() if state == EntryState.UNLOCKED else entries.at(state)
    for target in EntryState.values:
        if target == state or (state, target) == (EntryState.DRAFT, EntryState.WITHDRAWN):
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            CatalogueEntry.objects.filter(pk=entry.pk).update(state=target)
    entry.refresh_from_db()
    assert entry.state == state


@pytest.mark.parametrize(
    "state", [state for state in EntryState.values if state not in (EntryState.DRAFT, EntryState.UNLOCKED)]
)
def test_only_a_draft_is_edited(entries, state):
    entry = entries.at(state)
    for change in ({"content": {}, "revision": 1}, {"revision": 1}, {"code": "ELSE-001"}):
        with pytest.raises(IntegrityError, match="only a draft is edited"), transaction.atomic():
            CatalogueEntry.objects.filter(pk=entry.pk).update(**change)


def test_each_change_of_a_draft_is_the_next_revision(entries):
    entry = entries.draft()
    rows = CatalogueEntry.objects.filter(pk=entry.pk)
    for revision in (0, 2):
        with pytest.raises(IntegrityError, match="revision"), transaction.atomic():
            rows.update(content={"name": "另一稿"}, revision=revision)
    assert rows.update(content={"name": "另一稿"}, revision=1) == 1


@pytest.mark.parametrize("table", ["matters_entryreview", "matters_deliberation"])
@pytest.mark.parametrize("act", ["UPDATE {} SET verdict = 'return'", "DELETE FROM {}"])
def test_verdicts_are_append_only(entries, table, act):
    entry = entries.at(EntryState.JOINT_REVIEW, deliberation_required=True)
    entries.deliberate(entry)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


def test_entries_are_kept(entries):
    entry = entries.draft()
    with pytest.raises(IntegrityError, match="withdraw"), transaction.atomic():
        CatalogueEntry.objects.filter(pk=entry.pk).delete()


def test_make_writes_the_audit_entry(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    said = AuditEntry.objects.filter(record_type="matters.catalogueentry", record_id=str(entry.pk))
    last = said.latest("id")
    assert (last.act, last.actor) == ("catalogueentry.submit", entries.editor)
    assert (last.detail["source"], last.detail["target"]) == ("draft", "group_review")


def test_wrong_state_says_what_is_and_what_to_do(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    with refused("cannot_lock") as caught:
        entries.lock(entry)
    assert "小组初审" in caught.refusal.message
