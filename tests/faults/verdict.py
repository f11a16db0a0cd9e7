"""What must be true of every record when a storm is over, read from the database alone."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from django.db.models import Manager, QuerySet

from applications.enums import NOBODY
from applications.machine import OWNERS
from applications.models import (
    Application,
    Case,
    Clock,
    Decision,
    ReviewTask,
    StatusChange,
    Suspension,
    Visit,
)
from core import codes
from core.enums import DocumentKind
from core.models import AuditEntry, Message, NumberSeries, OfficialDocument, Sms
from delivery.models import Certificate, Delivery, Shipment
from portal.sweeping import ROOMS
from supervision.models import Card

RESULTS = (DocumentKind.CERTIFICATE, DocumentKind.APPROVAL, DocumentKind.RECORD)
MACHINES = ("application", "case", "reviewtask", "correction", "delivery", "shipment", "card")


def check_every_record() -> dict[str, int]:
    """Assert it all, and return the counts worth printing."""
    check_ends()
    check_owners()
    check_steps()
    check_transitions()
    check_audit()
    check_numbers()
    check_papers()
    check_receipts()
    others = (ReviewTask, Certificate, Delivery, Shipment, OfficialDocument, Sms, Card, AuditEntry)
    counts = {"Application": filed().count(), "Case": cases().count()}
    return counts | {model.__name__: model.objects.count() for model in others}


def check_ends() -> None:
    """Everything that was handed in is closed, granted and delivered; who left a draft behind has handed in nothing."""
    assert counted(filed(), "status") == {"closed": filed().count()}
    assert counted(cases(), "status") == {"granted": cases().count()}
    assert counted(ReviewTask.objects, "status") == {"done": ReviewTask.objects.count()}
    assert counted(Delivery.objects, "status") == {"delivered": filed().count()}
    assert set(counted(Shipment.objects, "status")) <= {"received"}
    assert Decision.objects.count() == Certificate.objects.count() == cases().count()
    assert set(Decision.objects.values_list("case", flat=True)) == set(cases().values_list("pk", flat=True))
    trips = Counter(Visit.objects.values_list("application_id", flat=True))
    assert not trips or max(trips.values()) == 1
    by_courier = Delivery.objects.filter(way="courier").count()
    assert (Shipment.objects.count(), len(trips)) == (by_courier, filed().count() - by_courier)


def check_owners() -> None:
    """Nothing stands in a state that the table of owners does not know, and nobody is left with anything to do.

    A closed application's cases stay with the outlet that gave them out; a card stays with those whom it concerns.
    """
    for model, owners in OWNERS.items():
        assert set(counted(model.objects, "status")) <= set(owners), model
        if model not in (Application, Case, Card):
            left = [status for status in counted(model.objects, "status") if owners[status] != NOBODY]
            assert not left, (model, left)
    running = Clock.objects.running().values_list("kind", flat=True)
    assert not running, Counter(running)
    assert not Suspension.objects.filter(ended_at=None).exists()


def check_steps() -> None:
    """Every step of every case exactly once, and no other."""
    done = Counter(ReviewTask.objects.values_list("case_id", "step__key"))
    wanted = Counter(
        (case.pk, step.key)
        for case in cases().select_related("version").prefetch_related("version__steps")
        for step in case.version.steps.all()
    )
    assert done == wanted


def check_transitions() -> None:
    """Each record went its way once: every change starts where the one before it ended, the last where it stands."""
    ways: dict[tuple, list[StatusChange]] = defaultdict(list)
    for change in StatusChange.objects.exclude(record="card").order_by("id"):
        ways[change.record, change.application_id, change.case_id, change.task_id].append(change)
    for way in ways.values():
        assert all(later.source == earlier.target for earlier, later in pairwise(way)), list(map(str, way))
    last = Counter((record, way[-1].target) for (record, *_), way in ways.items())
    for name, rows in (("application", filed()), ("case", cases()), ("reviewtask", ReviewTask.objects)):
        assert {target: number for (record, target), number in last.items() if record == name} == counted(
            rows, "status"
        )
    acts = Counter(StatusChange.objects.values_list("record", "act"))
    waited = cases().filter(after__isnull=False).distinct().count()
    for record, act, times in (
        *(("application", act, filed().count()) for act in ("submit", "accept", "close")),
        ("case", "wait", waited),
        *(("case", act, cases().count()) for act in ("start", "grant")),
        *(("reviewtask", act, ReviewTask.objects.count()) for act in ("receipt", "claim", "complete")),
        *(("shipment", act, Shipment.objects.count()) for act in ("book", "send", "receive")),
    ):
        assert acts.pop((record, act), 0) == times, (record, act)
    assert {record for record, _ in acts} <= {"delivery", "card"}, acts


def check_audit() -> None:
    """Every transition stands on the audit trail, and the trail tells of no other."""
    changed = Counter(
        (f"{change.record}.{change.act}", change.source, change.target, change.application.number)
        for change in StatusChange.objects.select_related("application")
    )
    told = Counter(
        (entry.act, entry.detail["source"], entry.detail["target"], entry.reference)
        for entry in AuditEntry.objects.all()
        if entry.act.partition(".")[0] in MACHINES and "target" in entry.detail
    )
    assert told == changed
    cards = Counter(AuditEntry.objects.filter(act__startswith="card.").values_list("act", "record_id"))
    assert not cards or max(cards.values()) == 1, cards.most_common(3)
    issued = Counter(AuditEntry.objects.filter(act="document.issue").values_list("record_id", flat=True))
    assert issued == Counter(str(pk) for pk in OfficialDocument.objects.values_list("pk", flat=True))


def check_numbers() -> None:
    numbers = list(filed().values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)
    case_numbers = [case.number for case in cases().select_related("application")]
    assert len(set(case_numbers)) == len(case_numbers)
    assert all(codes.with_hybrid_check(number[:-1]) == number for number in numbers)
    series: dict[str, list[int]] = defaultdict(list)
    for document in OfficialDocument.objects.all():
        place = re.search(r"第(\d+)号", document.number)
        assert place
        series[f"{document.issuer['code']}.{document.kind}"].append(int(place.group(1)))
    for name, given in series.items():
        assert sorted(given) == list(range(1, len(given) + 1)), name
        assert NumberSeries.objects.get(series=name).last == len(given)
    identifiers = [each for each in Certificate.objects.values_list("identifier", flat=True) if each]
    assert len(set(identifiers)) == len(identifiers)
    waybills = list(Shipment.objects.values_list("waybill", flat=True))
    assert len(set(waybills)) == len(waybills)


def check_papers() -> None:
    """Each application has each paper once, the inbox each message once, and the files are what was sealed."""
    for application in filed():
        kinds = Counter(
            OfficialDocument.objects.filter(reference=application.number).values_list("kind", flat=True)
        )
        assert (kinds.pop("receipt"), kinds.pop("acceptance")) == (1, 1)
        assert sum(kinds.pop(kind, 0) for kind in RESULTS) == application.cases.count()
        assert not kinds
        told = Message.objects.filter(applicant=application.applicant_id, reference=application.number)
        titles = Counter(told.values_list("title", flat=True))
        assert titles["申请已提交"] == titles["申请已受理"] == 1
        assert titles["可以取件了"] + titles["结果已寄出"] == 1
        assert max(titles.values()) == 1, titles
    for document in OfficialDocument.objects.all():
        with document.file.open() as file:
            assert hashlib.sha256(file.read()).hexdigest() == document.sha256


def check_receipts() -> None:
    """No message is still under way, for any kind of row that is swept."""
    for model in swept_models():
        open_rows = model.objects.filter(receipted_at=None, next_attempt_at__isnull=False)
        assert not open_rows.exists(), (model, list(open_rows[:3].values()))
        assert not model.objects.exclude(failed_at=None).exists(), model


def swept_models() -> Iterable[type]:
    return [sweep.model for room in ROOMS for sweep in room.SWEEPS]


def filed() -> QuerySet[Application]:
    """Return what was handed in."""
    return Application.objects.filter(submitted_at__isnull=False)


def cases() -> QuerySet[Case]:
    return Case.objects.filter(application__submitted_at__isnull=False)


def counted(rows: QuerySet | Manager, field: str) -> dict[str, int]:
    return dict(Counter(rows.values_list(field, flat=True)))
