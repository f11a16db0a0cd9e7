"""The catalogue's own story in a demo: entries at every stage of their way, made by the services the pages call."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from core import clock
from core.clock import local_date
from core.models import User
from matters.enums import Verdict
from matters.models import CatalogueBatch, CatalogueEntry, Department, Matter, PublicComment
from matters.services.entries import batches, comments, drafting, office, reviewing
from portal.demo.cast import Cast

MINUTES = timedelta(minutes=3)
MEETING = ("审改办 朱审管", "司法局 梁法制", "大数据局 邵数据")
FIRST = ("WJJ-003", "SCJG-006")
OPEN = ("GJJ-001", "GJJ-002")
# How far each of the others has come.
STAGES = (
    ("RSJ-003", "locked"),
    ("YBJ-001", "recheck"),
    ("WJJ-001", "confirmation"),
    ("GAJ-003", "joint_review"),
    ("SCJG-005", "group_review"),
    ("RSJ-002", "returned"),
)


class CatalogueStory:
    """Two batches, one of them published, and one entry at each stage; whatever is there already is left alone."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.office = cast.user("office1")
        self.group = (cast.user("review.group1"), cast.user("review.group2"))

    def begin(self) -> None:
        """Open the first batch for comment; the clock publishes it on its day."""
        if CatalogueBatch.objects.filter(number=1).exists():
            return
        batch = self._batch("第一批事项清单", FIRST)
        entry = batch.entries.order_by("code").first()
        said = comments.comment(
            batch_id=batch.pk,
            entry_id=entry.pk if entry else None,
            author_name="滨江居民",
            contact="13800000001",
            text="下班以后才有空，能不能网上办？",
            now=self._now(),
        )
        self._answer(said, "可以。改后的指南写明了网上办理的入口，结果可以寄到家里。")

    def go_on(self) -> None:
        """Open the second batch, and bring one entry to each stage before it."""
        if CatalogueBatch.objects.filter(number=2).exists():
            return
        for code, stage in STAGES:
            self._bring(code, stage)
        batch = self._batch("第二批事项清单", OPEN)
        comments.comment(
            batch_id=batch.pk,
            entry_id=None,
            author_name="一位单位经办人",
            contact="",
            text="希望把单位开户要带的材料写得更清楚一些。",
            now=self._now(),
        )

    def _batch(self, name: str, codes: Sequence[str]) -> CatalogueBatch:
        entries = [self._bring(code, "locked") for code in codes]
        today = local_date(clock.now())
        dates = {"comment_until": today + timedelta(days=6), "publishes_on": today + timedelta(days=7)}
        batch = batches.prepare(name=name, comment_from=today, **dates, by=self.office, now=self._now())
        return batches.open_comment(
            batch_id=batch.pk,
            entry_ids=[entry.pk for entry in entries],
            **dates,
            by=self.office,
            now=self._now(),
        )

    def _bring(self, code: str, stage: str) -> CatalogueEntry:
        """Take one matter's entry as far as the stage named."""
        entry = self._start(code, special=stage == "joint_review")
        department = entry.department
        self._analyse(entry)
        drafting.submit(
            entry_id=entry.pk,
            reason="补充受理条件，回答群众常问的问题。",
            by=self._editor(department),
            now=self._now(),
        )
        if stage == "group_review":
            self._review(entry, self.group[0])
            return entry
        self._review(entry, self.group[0])
        if stage == "returned":
            self._review(entry, self.group[1], Verdict.RETURN, "请写明就业困难人员的认定标准和依据。")
            return entry
        self._review(entry, self.group[1])
        if stage != "joint_review":
            self._after_review(entry, department, stage)
        else:
            self._deliberate(entry)
        return entry

    def _after_review(self, entry: CatalogueEntry, department: Department, stage: str) -> None:
        reviewing.joint_review(
            entry_id=entry.pk,
            verdict=Verdict.PASS,
            reason="与会部门一致同意。",
            held_on=local_date(clock.now()),
            participants=MEETING,
            by=self.office,
            now=self._now(),
        )
        if stage == "confirmation":
            return
        head = self.cast.staff(department, "head")
        reviewing.confirm(
            entry_id=entry.pk, verdict=Verdict.PASS, reason="同意会议意见。", by=head, now=self._now()
        )
        if stage == "locked":
            office.lock(entry_id=entry.pk, reason="复核无误，符合法定要求。", by=self.office, now=self._now())

    def _start(self, code: str, *, special: bool) -> CatalogueEntry:
        current = Matter.objects.select_related("department", "current").get(code=code)
        published: dict[str, Any] = current.current.content if current.current else {}
        return drafting.start(
            code=code,
            content=_revised(published, special=special),
            by=self._editor(current.department),
            now=self._now(),
        )

    def _analyse(self, entry: CatalogueEntry) -> None:
        reviewing.analyse(
            entry_id=entry.pk,
            feasibility="2",
            obstacles="内部流转改为并联，证照由数据共享取得。",
            measures=[reviewing.Measure("materials", 5, 3, "共享数据，不再收复印件")],
            by=self._editor(entry.department),
            now=self._now(),
        )

    def _review(
        self, entry: CatalogueEntry, by: User, verdict: str = Verdict.PASS, reason: str = "要素齐全，同意。"
    ) -> None:
        reviewing.review(entry_id=entry.pk, verdict=verdict, reason=reason, by=by, now=self._now())

    def _deliberate(self, entry: CatalogueEntry) -> None:
        reviewing.deliberate(
            entry_id=entry.pk,
            verdict=Verdict.PASS,
            minutes="涉及两个部门的职责划分，一致同意由公安部门统一受理。",
            held_on=local_date(clock.now()),
            participants=MEETING,
            by=self.office,
            now=self._now(),
        )

    def _answer(self, said: PublicComment, answer: str) -> None:
        comments.answer(comment_id=said.pk, answer=answer, by=self.office, now=self._now())

    def _editor(self, department: Department) -> User:
        return self.cast.staff(department, "editor")

    def _now(self) -> Any:
        clock.advance(MINUTES)
        return clock.now()


def _revised(published: dict[str, Any], *, special: bool) -> dict[str, Any]:
    """Return a guide with what the law asks for added: when an application is accepted, and a question people ask."""
    conditions = published.get("acceptance_conditions") or ["申请材料齐全、符合法定形式"]
    asked = {"question": "一定要到窗口办吗？", "answer": "不用。可以网上提交，结果可以寄到家里。"}
    changed = {"acceptance_conditions": conditions, "questions": [*published.get("questions", []), asked]}
    return {**published, **changed, **({"deliberation_required": True} if special else {})}
