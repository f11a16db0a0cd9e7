"""The supervisors' own story in a demo: work nobody does in time, its cards, an appeal, an urging."""

from applications.enums import TaskStatus
from applications.models import Application, ReviewTask
from applications.services import review, urging
from core import clock
from matters.models import Matter
from portal.demo.carriers import InProcess
from portal.demo.cast import Cast
from portal.demo.road import Road
from supervision.enums import CardStatus, Level
from supervision.models import Card
from supervision.services import judging
from supervision.sweeps import run_cards

LEFT_LYING = (("company1", "SCJG-007"), ("company2", "CGJ-001"), ("company3", "WGLT-001"))


class SupervisionStory:
    """Three applications left lying from the first day on; whatever is there already is left alone."""

    def __init__(self, cast: Cast, road: Road) -> None:
        self.cast, self.road = cast, road

    def leave_lying(self, turn: int) -> Application:
        """Accept one application, have somebody claim its first task, and leave it at that."""
        who, code = LEFT_LYING[turn % len(LEFT_LYING)]
        version = Matter.objects.get(code=code).current
        draft = self.road.draft(self.cast.applicant(who), version=version)
        application = self.road.accept(self.road.submit(draft))
        InProcess().carry()
        for task in self.road.arrived(application)[:1]:
            holder = self.cast.staff(task.department, "review1")
            review.claim(task_id=task.pk, by=holder, now=clock.now())
        return application

    def go_on(self) -> None:
        """Give the cards that have fallen due; a head appeals against one, and the supervisor urges what lies longest."""
        run_cards(now=clock.now())
        issued = Card.objects.filter(level=Level.YELLOW, status=CardStatus.ISSUED).order_by("-pk")
        card = issued.select_related("department").first()
        if card and not Card.objects.filter(status=CardStatus.APPEALED).exists():
            judging.appeal(
                card_id=card.pk,
                reason="申请人书面请求暂缓，已附申请。",
                evidence="申请人来函一份",
                by=self.cast.staff(card.department, "head"),
                now=clock.now(),
            )
        lying = ReviewTask.objects.filter(status=TaskStatus.CLAIMED, due_at__lt=clock.now(), urgings=None)
        for task in lying.order_by("due_at")[:1]:
            urging.urge(
                task_id=task.pk,
                text="已超过承诺时限，请说明原因，今天办结。",
                workdays=1,
                by=self.cast.user("supervisor1"),
                now=clock.now(),
            )
