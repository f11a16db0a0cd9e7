"""`manage.py walk CODE`: one application through the real services and workers, each step printed."""

import json
import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications.enums import ApplicationStatus
from applications.models import Application
from applications.selectors import documents_of
from core import clock
from core.errors import Refusal
from core.models import OfficialDocument
from delivery.models import Certificate, Shipment
from matters.models import Bundle, Matter
from portal.celery import app
from portal.demo.carriers import Workers
from portal.demo.prepare import prepare_people
from portal.demo.road import Event, Road

MOST_TRIPS = 1


class Command(BaseCommand):
    help = "让一项申请走完全程（真实的服务和后台进程），打印每一步；与承诺不符时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="事项或一件事编码，如 SCJG-007、B01")
        parser.add_argument("--bundle", action="store_true", help="编码是一件事（B 开头的编码可不写）")
        parser.add_argument("--courier", action="store_true", help="结果由政务专递寄送")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument("--patience", type=float, default=60.0, help="每一步最多等后台进程多少秒")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CLOCK_MAY_MOVE:
            raise CommandError("walk 会拨动时钟，只能在演示库上运行：设置 DEMO=1，或不设 DATABASE_URL。")
        cast = prepare_people()
        what = self._what(options["code"], options["bundle"])
        road = Road(
            cast,
            Workers(seconds=options["patience"]),
            on_event=lambda event: None if options["json"] else self._print(event),
        )
        try:
            with workers_running():
                application = self._walk(road, what, options)
        except (Refusal, TimeoutError) as error:
            raise CommandError(str(error), returncode=1) from error
        report = report_of(application, road)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self._summarise(report)
        if report["faults"]:
            raise CommandError("；".join(report["faults"]), returncode=1)

    def _what(self, code: str, is_bundle: bool) -> dict[str, Any]:
        bundle = Bundle.objects.filter(code=code).first()
        if bundle:
            return {"bundle": bundle}
        matter = Matter.objects.select_related("current").filter(code=code).first()
        if is_bundle or matter is None:
            raise CommandError(
                f"目录中没有{'一件事' if is_bundle else '事项或一件事'} {code}。", returncode=1
            )
        if matter.current is None:
            raise CommandError(f"事项 {code} 尚未发布。", returncode=1)
        return {"version": matter.current}

    def _walk(self, road: Road, what: dict[str, Any], options: dict[str, Any]) -> Application:
        at_counter = must_come_to_file(what)
        draft = road.draft(
            road.cast.applicant(applicant_for(what)),
            **what,
            at_counter=at_counter,
            by_courier=options["courier"] or at_counter,
        )
        application = road.submit(draft)
        road.whole(application)
        road.carrier.until(
            lambda: not documents_of(application).filter(receipted_at=None).exists(), "全部文书生成"
        )
        application.refresh_from_db()
        return application

    def _print(self, event: Event) -> None:
        self.stdout.write(f"{event.at.astimezone(clock.CHINA):%m-%d %H:%M}  {event.who}  {event.what}")

    def _summarise(self, report: dict[str, Any]) -> None:
        self.stdout.write(
            f"\n{report['title']}  {report['number']}  {report['state']}  跑 {report['trips']} 次"
        )
        for paper in report["documents"]:
            self.stdout.write(f"  {paper['title']}  {paper['number']}  {paper['verify']}")


def must_come_to_file(what: dict[str, Any]) -> bool:
    """Return whether a presence that nothing online waives makes the applicant come once to file."""
    if "bundle" in what:
        return False
    online = {"e_signature", "remote_identity", "mail", "outlet", "renewal", "declaration"}
    return any(not online & set(each["waived_by"]) for each in what["version"].presence)


def applicant_for(what: dict[str, Any]) -> str:
    """Return a demo person whom the matter serves: a company where it serves no natural persons."""
    natural = 1
    objects = what["version"].service_objects if "version" in what else bundle_objects(what["bundle"])
    return "citizen1" if natural in objects else "company1"


def bundle_objects(bundle: Bundle) -> list[int]:
    """Return whom a bundle's first matter serves."""
    first = bundle.members.select_related("matter__current").order_by("order").first()
    return first.matter.current.service_objects if first and first.matter.current else []


@contextmanager
def workers_running() -> Iterator[None]:
    """Use the workers and the beat that run; where none answers, run own ones for the time of the walk."""
    if app.control.ping(timeout=1.0):
        yield
        return
    children = [
        subprocess.Popen(  # noqa: S603 - our own commands
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        for command in (
            [sys.executable, "manage.py", "worker", "--all", "--name", "walk"],
            [sys.executable, "manage.py", "beat", "--schedule", str(settings.VAR_DIR / "walk-beat")],
        )
    ]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            _see_out(child)


def _see_out(child: subprocess.Popen) -> None:
    """Wait for a process that was asked to end; end one that does not, with its own: what it had in hand comes back."""
    try:
        child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def report_of(application: Application, road: Road) -> dict[str, Any]:
    """Return everything that was made on the way, and whatever is not as it should be."""
    papers = list(documents_of(application))
    trips = application.visits.count()
    return {
        "title": application.title,
        "number": application.number,
        "query_code": application.query_code,
        "state": application.get_status_display(),
        "trips": trips,
        "cases": [
            {
                "number": case.number,
                "matter": case.version.matter.code,
                "name": case.version.name,
                "status": case.status,
            }
            for case in application.cases.select_related("application", "version__matter").order_by("order")
        ],
        "documents": [_paper(paper) for paper in papers],
        "certificates": [
            {"name": each.name, "number": each.document.number, "identifier": each.identifier}
            for each in Certificate.objects.filter(case__application=application).select_related("document")
        ],
        "waybills": list(
            Shipment.objects.filter(delivery__application=application).values_list("waybill", flat=True)
        ),
        "events": [{"at": event.at.isoformat(), "who": event.who, "what": event.what} for event in road.log],
        "faults": faults_of(application, papers, trips),
    }


def _paper(paper: OfficialDocument) -> dict[str, str]:
    return {
        "title": paper.title,
        "number": paper.number,
        "kind": paper.kind,
        "verify": f"{settings.PUBLIC_URL}/verify/{paper.verify_token}/",
        "sha256": paper.sha256,
    }


def faults_of(application: Application, papers: list[OfficialDocument], trips: int) -> list[str]:
    """Return in words what is not as the road should have left it."""
    cases = list(application.cases.select_related("version"))
    certified = set(
        Certificate.objects.filter(case__application=application).values_list("case_id", flat=True)
    )
    faults = []
    if application.status != ApplicationStatus.CLOSED:
        faults.append(f"申报未办结，现在是“{application.get_status_display()}”")
    if trips > MOST_TRIPS:
        faults.append(f"跑了 {trips} 次，多于 {MOST_TRIPS} 次")
    faults += [f"“{case.version.name}”没有结果" for case in cases if case.pk not in certified]
    faults += [f"文书 {paper.number} 未生成" for paper in papers if not paper.file]
    return faults
