"""Two editors save one draft at the same instant, with real commits: nothing is undone unseen."""

from __future__ import annotations

from functools import partial

import pytest

from core import clock
from matters.models import CatalogueEntry
from matters.services.entries import saving
from tests.entries import Entries
from tests.proof import press_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def entries(world):
    return Entries(world)


def save(entries: Entries, entry: CatalogueEntry, **changes: object):
    content = {**entry.content, **changes}
    return partial(
        saving.save,
        entry_id=entry.pk,
        revision=entry.revision,
        content=content,
        by=entries.editor,
        now=clock.now(),
    )


def test_two_saves_of_one_field_at_once(entries):
    entry = entries.draft()
    done = press_together([save(entries, entry, name=name) for name in ("甲", "乙")])
    stale = [one for one in done if isinstance(one, saving.Stale)]
    entry.refresh_from_db()
    assert len(stale) == 1  # one wins, the other is shown both
    assert [one.place for one in stale[0].conflicts] == ["name"]
    assert {stale[0].conflicts[0].mine, stale[0].conflicts[0].theirs} == {"甲", "乙"}
    assert entry.content["name"] == stale[0].conflicts[0].theirs
    assert entry.revision == entry.revisions.count() == 1


def test_saves_of_different_fields_at_once(entries):
    entry = entries.draft()
    changes = [{"name": "甲"}, {"everyday_name": "乙"}, {"fee": "丙"}, {"topic": "丁"}]
    done = press_together([save(entries, entry, **one) for one in changes])
    entry.refresh_from_db()
    assert all(isinstance(one, CatalogueEntry) for one in done)
    assert {key: entry.content[key] for one in changes for key in one} == {
        key: value for one in changes for key, value in one.items()
    }
    assert entry.revision == entry.revisions.count() == 4
