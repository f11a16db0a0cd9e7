"""Preparing a demo: schema, catalogue, people, and some sixty applications in every state, made by the services."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from applications.items import Item
from applications.models import Application
from applications.services import corrections, figures, filing, intake, review
from core import clock
from core.models import AuditEntry, DemoMark
from matters.enums import StepKind
from matters.models import Bundle, Matter, SearchEntry
from matters.services import search_index
from matters.services.catalogue_import import import_catalogue
from matters.services.templates import import_templates
from portal.demo import systems
from portal.demo.carriers import InProcess
from portal.demo.cast import CITIZENS, COMPANIES, Account, Cast, accounts, engage
from portal.demo.catalogue import CatalogueStory
from portal.demo.guard import refuse_foreign_database
from portal.demo.halted import halt
from portal.demo.road import Road
from portal.demo.supervision import LEFT_LYING, SupervisionStory
from portal.sweeping import count_uses
from supervision.sweeps import run_cards

CATALOGUE = Path(__file__).parents[2] / "matters" / "catalogue" / "demo.json"
TEMPLATES = CATALOGUE.with_name("templates.json")
FIRST_DAY = datetime(
    2026, 9, 7, 9, 0, tzinfo=clock.CHINA
)  # a Monday; the calendar knows the rest of the year
LAST_DAY = datetime(2026, 12, 1, tzinfo=clock.CHINA)
PACE = timedelta(minutes=4)

Report = Callable[[str, int, int], None]
CITIZEN_MATTERS = ("GAJ-001", "WJJ-001", "GJJ-001", "RSJ-003", "SCJG-004", "CLH-001", "ZRZY-001", "RSJ-001")
COMPANY_MATTERS = ("SCJG-001", "SCJG-007", "CGJ-001", "WGLT-001", "ZJJ-002", "JTJ-001", "FGJ-001", "RFB-001")
CITIZEN_BUNDLES = ("B08", "B11", "B12")
COMPANY_BUNDLES = ("B01", "B02", "B04", "B06", "B10")


def prepare(report: Report) -> list[Account]:
    """Prepare the database of a demo and return the accounts to print; a second start only sets the clock.

    The clock of a demo starts on FIRST_DAY and goes on where the last demo ended, so that the working calendar
    always reaches far enough.
    """
    cast = prepare_people(report)
    latest = AuditEntry.objects.order_by("-at").values_list("at", flat=True).first()
    clock.set_to(latest + timedelta(minutes=1) if latest else FIRST_DAY)
    halt(cast)
    story = CatalogueStory(cast)
    story.begin()
    populate = Populate(cast, report)
    populate.run()
    count_uses()
    figures.measure(now=clock.now())
    story.go_on()
    populate.supervision.go_on()
    systems.connect(now=clock.now())
    report("准备完毕", 4, 4)
    return accounts()


def prepare_people(report: Report = lambda *_: None) -> Cast:
    """Prepare schema, catalogue, people and clock, and nothing else; safe to run again."""
    refuse_foreign_database(connection)
    report("建立数据表", 0, 4)
    call_command("migrate", interactive=False, verbosity=0)
    _, is_new = DemoMark.objects.get_or_create(id=1)
    if is_new or clock.now() > LAST_DAY:
        clock.set_to(FIRST_DAY)
    report("导入事项目录", 1, 4)
    import_templates(text=TEMPLATES.read_text(encoding="utf-8"), by=None, now=clock.now())
    import_catalogue(text=CATALOGUE.read_text(encoding="utf-8"), by=None, now=clock.now(), dry_run=False)
    if not SearchEntry.objects.exists():
        search_index.rebuild()  # a database from before there was a search table, its catalogue unchanged
    report("安排人员岗位", 2, 4)
    return engage(now=clock.now())


class Populate:
    """Some sixty applications, two or three stopped at each point of the road."""

    def __init__(self, cast: Cast, report: Report) -> None:
        self.cast, self.report = cast, report
        self.road = Road(cast, InProcess(), pace=PACE)
        self.supervision = SupervisionStory(cast, self.road)
        self.turn = 0  # how many were made; who applies for what follows from it

    def run(self) -> None:
        """Make those that are not there, showing progress; an interrupted preparation goes on where it stopped."""
        plan: list[tuple[Callable[[], object], int]] = [
            (self.leave_lying, len(LEFT_LYING)),
            (self.close, 21),
            (self.deny, 3),
            (self.ready, 6),
            (self.accept, 9),
            (self.work_half, 6),
            (self.correct, 3),
            (self.refuse, 2),
            (self.withdraw, 2),
            (self.submit, 6),
            (self.draft, 4),
        ]
        acts = [act for act, times in plan for _ in range(times)]
        self.turn = Application.objects.count()
        for done, act in enumerate(acts[self.turn :], start=self.turn):
            self.report(f"走一遍办事流程（{done + 1}/{len(acts)}）", done, len(acts))
            act()
            self._keep_office_hours()

    def leave_lying(self) -> Application:
        """One that nobody works on in time."""
        self.turn += 1
        return self.supervision.leave_lying(self.turn)

    def draft(self) -> Application:
        """The next draft: citizens and companies, matters and bundles, web and counter in turn."""
        self.turn += 1
        who, what, bundle = self._next()
        return self.road.draft(
            self.cast.applicant(who),
            **(
                {"bundle": Bundle.objects.get(code=what)}
                if bundle
                else {"version": Matter.objects.get(code=what).current}
            ),
            at_counter=self.turn % 4 == 0,
            by_courier=self.turn % 4 == 0 or self.turn % 3 == 0,
        )

    def submit(self) -> Application:
        return self.road.submit(self.draft())

    def accept(self) -> Application:
        application = self.road.accept(self.submit())
        InProcess().carry()
        return application

    def work_half(self) -> Application:
        """One step done, the next in the queue, and one task claimed by somebody."""
        application = self.accept()
        for task in self.road.arrived(application)[:1]:
            self.road.work(task)
        InProcess().carry()
        for task in self.road.arrived(application)[:1]:
            if task.kind != StepKind.DECIDE:
                holder = self.cast.staff(task.department, "review1")
                review.claim(task_id=task.pk, by=holder, now=clock.now())
        return application

    def ready(self) -> Application:
        application = self.accept()
        self.road.finish_departments(application)
        return application

    def close(self) -> Application:
        application = self.ready()
        application.refresh_from_db()
        if application.closed_at is None:
            self.road.deliver(application)
        return application

    def deny(self) -> Application:
        application = self.accept()
        while tasks := self.road.wait_for_departments(application):
            for task in tasks:
                self.road.work(task, outcome="object" if task.kind == StepKind.DECIDE else "pass")
        return application

    def correct(self) -> Application:
        application = self.submit()
        material = application.materials.order_by("order").first()
        assert material is not None
        corrections.ask(
            application_id=application.pk,
            items=[Item(material.name, "扫描件缺少第二页", "请补传完整的扫描件", material.pk)],
            by=self.cast.clerk,
            now=clock.now(),
        )
        return application

    def refuse(self) -> Application:
        application = self.submit()
        return intake.refuse(
            application_id=application.pk,
            reason="经营场所在邻县，不属于本区受理范围。",
            competent_authority="邻县政务服务中心",
            by=self.cast.clerk,
            now=clock.now(),
        )

    def withdraw(self) -> Application:
        application = self.accept()
        return filing.withdraw(
            application_id=application.pk,
            reason="计划有变，暂不办理。",
            by=application.created_by,
            now=clock.now(),
        )

    def _next(self) -> tuple[str, str, bool]:
        half, company = divmod(self.turn, 2)
        names = COMPANIES if company else CITIZENS
        bundle = self.turn % 5 == 0
        matters = (
            (COMPANY_BUNDLES if bundle else COMPANY_MATTERS)
            if company
            else (CITIZEN_BUNDLES if bundle else CITIZEN_MATTERS)
        )
        return names[half % len(names)][0], matters[half % len(matters)], bundle

    def _keep_office_hours(self) -> None:
        """After five in the afternoon the day is over: go on at nine the next morning."""
        local = clock.now().astimezone(clock.CHINA)
        if local.hour >= 17 or local.hour < 9:
            morning = (local + timedelta(days=1 if local.hour >= 17 else 0)).replace(
                hour=9, minute=0, second=0
            )
            clock.set_to(morning)
            run_cards(now=morning)
