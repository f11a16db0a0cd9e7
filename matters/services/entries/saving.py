"""Saving a draft: everything as it was typed, each save a revision; two who save at once lose nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core.errors import NotFound, Refusal
from core.models import User
from matters import publishing
from matters.catalogue.format import GUIDE, MATTERS
from matters.editing.merging import Conflict, merge
from matters.enums import EntryState
from matters.models import CatalogueEntry, EntryRevision
from matters.services.entries.acts import lock_entry

Content = dict[str, Any]


class Stale(Refusal):
    """Somebody else has saved since, and both changed the same elements: `conflicts` are to be chosen one by one."""

    def __init__(self, entry: CatalogueEntry, conflicts: Sequence[Conflict]) -> None:
        super().__init__(
            "entry_moved",
            f"您编辑期间，{entry.updated_by.name}保存了新的修改，有 {len(conflicts)} 处与您的不同，请逐处选择。",
        )
        self.entry, self.conflicts = entry, conflicts


@dataclass(frozen=True)
class Choices:
    """Whose value is taken at each place, chosen while the draft stood at revision `seen`."""

    seen: int
    taken: Mapping[str, str]


@transaction.atomic
def save(
    *,
    entry_id: int,
    revision: int,
    content: Content,
    by: User,
    now: datetime,
    choices: Choices | None = None,
) -> CatalogueEntry:
    """Save what was typed over one revision of a draft, and return the entry as it stands then.

    What others saved since is kept where it does not touch the same elements. Raises Stale naming those that do,
    unless `choices` settle them; Refusal where the draft is no longer edited, Forbidden for other departments.
    """
    entry = lock_entry(entry_id)
    check_editable(entry, by)
    if entry.revision != revision:
        content = _merged(entry, content_at(entry, revision), content, choices)
    write(entry, content, by=by, now=now)
    return entry


@transaction.atomic
def restore(*, entry_id: int, number: int, by: User, now: datetime) -> CatalogueEntry:
    """Make what a draft said at an earlier revision its newest one; what stands now stays in the history."""
    entry = lock_entry(entry_id)
    check_editable(entry, by)
    write(entry, content_at(entry, number), by=by, now=now, restored=number)
    return entry


def content_at(entry: CatalogueEntry, number: int) -> Content:
    """Return what an entry said at a revision; NotFound where there was none."""
    if number == entry.revision:
        return entry.content
    following = EntryRevision.objects.filter(entry=entry, number=number + 1).first()
    if following is None:
        raise NotFound("没有这一次修订，请从修改记录里选择。")
    return following.before


def sections_changed(before: Content, after: Content) -> list[str]:
    """Return the sections in which two contents differ, in the order of a guide."""
    return [
        section
        for section, (_, fields) in GUIDE.items()
        if any(before.get(one.key) != after.get(one.key) for one in fields)
    ]


def check_editable(entry: CatalogueEntry, by: User) -> None:
    """Raise Refusal where a draft is no longer edited, Forbidden where others edit it."""
    if entry.state != EntryState.DRAFT:
        raise Refusal(
            "entry_not_draft",
            f"条目现在是“{entry.get_state_display()}”，内容不能再改。您填写的仍在页面上，可以复制留存。",
        )
    publishing.require_turn(entry, by)


def _merged(entry: CatalogueEntry, base: Content, mine: Content, choices: Choices | None) -> Content:
    taken = choices.taken if choices and choices.seen == entry.revision else {}
    content, conflicts = merge(base, mine, entry.content, MATTERS.fields, taken)
    if conflicts:
        raise Stale(entry, conflicts)
    return content


def write(
    entry: CatalogueEntry, content: Content, *, by: User, now: datetime, restored: int | None = None
) -> None:
    """Write what a draft says now, as its next revision; nothing where it says that already."""
    before = entry.content
    if content == before:
        return
    entry.content, entry.revision = content, entry.revision + 1
    entry.updated_at, entry.updated_by = now, by
    entry.save(update_fields=["content", "revision", "updated_at", "updated_by"])
    EntryRevision.objects.create(
        entry=entry,
        number=entry.revision,
        before=before,
        sections=sections_changed(before, content),
        restored=restored,
        at=now,
        by=by,
    )
