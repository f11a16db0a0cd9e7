"""Acts on one catalogue entry pressed at the same instant, with real commits: nothing is said or moved twice."""

from __future__ import annotations

from functools import partial

import pytest

from core import clock
from core.errors import Refusal
from core.models import AuditEntry
from matters.catalogue.content import elements_of
from matters.catalogue.parsing import ParsedMatter
from matters.enums import EntryStage, EntryState, Role, VersionStatus
from matters.models import CatalogueEntry, MatterVersion, PublicComment
from matters.services import versions
from matters.services.entries import comments, drafting, office, reviewing
from tests.entries import Entries
from tests.proof import press_together, refusals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def entries(world):
    return Entries(world)


def moves(entry: CatalogueEntry, act: str) -> int:
    return AuditEntry.objects.filter(act=f"catalogueentry.{act}", record_id=str(entry.pk)).count()


def verdict(entry, by, said="pass"):
    return partial(
        reviewing.review, entry_id=entry.pk, verdict=said, reason=f"{by.name}", by=by, now=clock.now()
    )


def test_start_of_one_matter_by_two_at_once(entries):
    start = partial(drafting.start, code="WJJ-001", by=entries.editor, now=clock.now())
    done = press_together([start] * 4)
    assert refusals(done) == ["entry_open"] * 3
    assert CatalogueEntry.objects.count() == 1


def test_both_reviewers_at_once_move_the_entry_once(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    done = press_together([verdict(entry, entries.group1), verdict(entry, entries.group2)])
    assert refusals(done) == []
    entry.refresh_from_db()
    assert entry.state == EntryState.JOINT_REVIEW
    assert moves(entry, "pass_group") == 1


def test_one_reviewer_pressing_twice_speaks_once(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    done = press_together([verdict(entry, entries.group1)] * 4)
    assert refusals(done) == ["reviewed_already"] * 3
    assert entry.reviews.filter(stage=EntryStage.GROUP).count() == 1
    entry.refresh_from_db()
    assert entry.state == EntryState.GROUP_REVIEW


def test_of_three_reviewers_two_are_heard(entries, world):
    third = entries.give(world.cast.user("supervisor1"), Role.CATALOGUE_REVIEWER)
    entry = entries.at(EntryState.GROUP_REVIEW)
    people = (entries.group1, entries.group2, third)
    done = press_together([verdict(entry, one) for one in people])
    assert refusals(done) == ["cannot_pass_group"]
    assert entry.reviews.filter(stage=EntryStage.GROUP).count() == 2
    assert moves(entry, "pass_group") == 1


def test_pass_and_return_at_once_bring_it_back_once(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    press_together([verdict(entry, entries.group1, "return"), verdict(entry, entries.group2)])
    entry.refresh_from_db()
    assert (entry.state, entry.round) == (EntryState.DRAFT, 2)
    assert moves(entry, "send_back") == 1


def test_unlock_twice_begins_one_entry(entries):
    entry = entries.at(EntryState.LOCKED)
    unlock = partial(office.unlock, entry_id=entry.pk, reason="写错了", by=entries.office, now=clock.now())
    assert refusals(press_together([unlock] * 3)) == ["cannot_unlock"] * 2
    assert CatalogueEntry.objects.filter(state=EntryState.DRAFT).count() == 1


def test_answer_by_two_at_once(entries):
    entry = entries.at(EntryState.COMMENT)
    said = comments.comment(
        batch_id=entry.batch_id,
        entry_id=None,
        author_name="居民",
        contact="",
        text="不清楚",
        now=clock.now(),
    )
    answers = [
        partial(comments.answer, comment_id=said.pk, answer=text, by=entries.office, now=clock.now())
        for text in ("甲", "乙")
    ]
    done = press_together(answers)
    assert refusals(done) == ["answered_already"]
    winner = next(one for one in done if not isinstance(one, Refusal))
    assert PublicComment.objects.get(pk=said.pk).answer == winner.answer


@pytest.mark.parametrize("codes", [("WJJ-001",), ("WJJ-901",), ("WJJ-901", "WJJ-001")])
def test_publishing_of_the_same_matters_at_once_numbers_every_version(world, codes):
    values = elements_of(world.version("WJJ-001"))
    before = MatterVersion.objects.filter(matter__code__in=codes).count()
    guides = [ParsedMatter({**values, "code": code}) for code in codes]
    done = press_together(
        [
            partial(versions.publish, order, by=None, now=clock.now())
            for order in (guides, guides[::-1], guides, guides[::-1])
        ]
    )
    assert refusals(done) == []
    assert MatterVersion.objects.filter(matter__code__in=codes).count() == before + 4 * len(codes)
    in_force = MatterVersion.objects.filter(matter__code__in=codes, status=VersionStatus.PUBLISHED)
    assert sorted(in_force.values_list("matter__code", flat=True)) == sorted(codes)
