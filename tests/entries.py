"""Catalogue entries at any stage of their way, brought there by the services that the pages call."""

from __future__ import annotations

from datetime import timedelta

from core.clock import local_date
from core.models import User
from matters.enums import EntryState, Role, Verdict
from matters.models import CatalogueBatch, CatalogueEntry, StaffPost
from matters.services.entries import batches, drafting, office, reviewing
from tests.world import World

CONDITIONS = {"acceptance_conditions": ["申请材料齐全、符合法定形式"]}
MEETING = ("审改办 朱审管", "司法局 梁法制", "大数据局 邵数据")
WEEK = timedelta(days=6)


class Entries:
    """One department's matter on its way; `WJJ-001` lacks nothing but its conditions, which the draft adds."""

    def __init__(self, world: World, code: str = "WJJ-001") -> None:
        self.world, self.code = world, code
        prefix = code.split("-")[0].lower()
        self.editor = world.cast.user(f"{prefix}.editor")
        self.head = world.cast.user(f"{prefix}.head")
        self.office = world.cast.user("office1")
        self.group1, self.group2 = world.cast.user("review.group1"), world.cast.user("review.group2")

    def give(self, user: User, role: Role, department: str = "SGB") -> User:
        """Give a person one more post; return them as they are read anew."""
        StaffPost.objects.create(
            user=user, department=self.world.department(department), role=role, given_at=self.world.now()
        )
        return User.objects.get(pk=user.pk)

    def draft(self, **changes: object) -> CatalogueEntry:
        content = {**self.world.version(self.code).content, **CONDITIONS, **changes}
        return drafting.start(code=self.code, content=content, **self.who(self.editor))

    def who(self, by: User) -> dict:
        """Who acts and when, as services ask it."""
        return {"by": by, "now": self.world.now()}

    def submit(self, entry: CatalogueEntry, by: User | None = None) -> CatalogueEntry:
        return drafting.submit(entry_id=entry.pk, reason="补充受理条件。", **self.who(by or self.editor))

    def review(self, entry: CatalogueEntry, by: User, verdict: str = Verdict.PASS) -> CatalogueEntry:
        return reviewing.review(entry_id=entry.pk, verdict=verdict, reason=f"{by.name}的理由", **self.who(by))

    def analyse(self, entry: CatalogueEntry) -> None:
        reviewing.analyse(
            entry_id=entry.pk,
            feasibility="2",
            obstacles="",
            measures=[reviewing.Measure("materials", 5, 3, "共享数据")],
            **self.who(self.editor),
        )

    def meet(self, entry: CatalogueEntry, verdict: str = Verdict.PASS) -> CatalogueEntry:
        return reviewing.joint_review(
            entry_id=entry.pk,
            verdict=verdict,
            reason="会议的理由",
            held_on=local_date(self.world.now()),
            participants=MEETING,
            **self.who(self.office),
        )

    def confirm(self, entry: CatalogueEntry, verdict: str = Verdict.PASS) -> CatalogueEntry:
        return reviewing.confirm(
            entry_id=entry.pk, verdict=verdict, reason="部门的理由", **self.who(self.head)
        )

    def deliberate(self, entry: CatalogueEntry, verdict: str = Verdict.PASS) -> None:
        reviewing.deliberate(
            entry_id=entry.pk,
            verdict=verdict,
            minutes="各方意见一致。",
            held_on=local_date(self.world.now()),
            participants=MEETING,
            **self.who(self.office),
        )

    def lock(self, entry: CatalogueEntry) -> CatalogueEntry:
        return office.lock(entry_id=entry.pk, reason="再审的理由", **self.who(self.office))

    def batch(self, *entries: CatalogueEntry) -> CatalogueBatch:
        """A batch of these entries, open for comment from today."""
        today = local_date(self.world.now())
        dates = {"comment_until": today + WEEK, "publishes_on": today + WEEK + timedelta(days=1)}
        made = batches.prepare(name="试验批次", comment_from=today, **dates, **self.who(self.office))
        return batches.open_comment(
            batch_id=made.pk, entry_ids=[one.pk for one in entries], **dates, **self.who(self.office)
        )

    def at(self, state: str, **changes: object) -> CatalogueEntry:
        """An entry in this state, by the shortest way."""
        entry = self.draft(**changes)
        if state == EntryState.WITHDRAWN:
            return drafting.withdraw(entry_id=entry.pk, reason="不改了。", **self.who(self.editor))
        self.analyse(entry)
        for stop, step in self._way():
            if state == stop:
                break
            step(entry)
        entry.refresh_from_db()
        assert entry.state == state
        return entry

    def _way(self):
        yield EntryState.DRAFT, self.submit
        yield EntryState.GROUP_REVIEW, self._both
        yield EntryState.JOINT_REVIEW, self.meet
        yield EntryState.CONFIRMATION, self.confirm
        yield EntryState.RECHECK, self.lock
        yield EntryState.LOCKED, self._on
        yield EntryState.COMMENT, self._publish
        yield EntryState.PUBLISHED, None

    def _both(self, entry: CatalogueEntry) -> None:
        self.review(entry, self.group1)
        self.review(entry, self.group2)

    def _on(self, entry: CatalogueEntry) -> None:
        self.batch(entry)

    def _publish(self, entry: CatalogueEntry) -> None:
        entry.refresh_from_db()
        now = self.world.now() + WEEK + timedelta(days=1)
        batches.publish_batch(batch_id=entry.batch_id, by=self.office, now=now)

    def unlocked(self) -> CatalogueEntry:
        entry = self.at(EntryState.LOCKED)
        office.unlock(entry_id=entry.pk, reason="写错了。", **self.who(self.office))
        entry.refresh_from_db()
        return entry
