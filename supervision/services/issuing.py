"""Giving cards: what a clock or a fact has earned, once. The sweep asks for each; the application's lock decides.

A clock that is suspended before its end earns nothing; a special procedure begun when the limit had passed holds nothing
off. One whose end has moved is measured by its new end, because nothing is written down before the moment has come.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from applications import machine
from applications.clocks import RULES
from applications.enums import OUTLET, SYSTEM, WINDOW, ClockKind
from applications.locks import lock_application
from applications.models import Application, Clock, Suspension
from applications.services.clocks import pauses_of
from core.clock import CHINA, local_date
from core.models import CalendarDay
from matters.enums import Role, StepKind
from matters.models import Department, StaffPost
from supervision import words
from supervision.breaches import CHECKS, LOOKED_BACK
from supervision.enums import RelativeTo, Way
from supervision.models import Card, CardRule
from supervision.moments import falls_due, falls_due_before
from supervision.services import telling

BEHIND, AHEAD = timedelta(days=400), timedelta(days=200)


def working_days_around(now: datetime) -> list[date]:
    """Return the working days from a year before to half a year after a moment, read once for a whole sweep."""
    today = local_date(now)
    span = CalendarDay.objects.filter(is_working=True, date__range=(today - BEHIND, today + AHEAD))
    return list(span.order_by("date").values_list("date", flat=True))


def earned(*, rule: CardRule, days: list[date], now: datetime) -> Iterator[tuple[int, int]]:
    """Yield the clocks (id, application id) that have earned a rule's card and have none, the longest due first.

    Running clocks are found by the index of their end; those that ended late, by an index of their own, for LOOKED_BACK:
    a sweep that was away must not hide lateness.
    """
    for clock in chain(running_clocks(rule, days, now).iterator(), ended_late(rule, now).iterator()):
        if _has_earned(rule, clock, days, now) is not None and not _is_suspended(clock, now):
            yield clock.pk, clock.application_id


def running_clocks(rule: CardRule, days: list[date], now: datetime) -> QuerySet[Clock]:
    """Return the running clocks among which are all that have earned the card: an index range a little too wide."""
    base = "started_at" if rule.relative_to == RelativeTo.START else "due_at"
    before = falls_due_before(rule, days, now) or now + AHEAD
    found = _without_card(rule).filter(stopped_at=None, **{f"{base}__lt": before})
    if rule.warns:
        found = found.filter(due_at__gte=now)
    return found.order_by(base, "pk")


def ended_late(rule: CardRule, now: datetime) -> QuerySet[Clock]:
    """Return the clocks that somebody has stopped late and that may have earned the card before."""
    if rule.warns or RULES[ClockKind(rule.clock_kind)].owner == SYSTEM:
        return Clock.objects.none()
    since = max(now - LOOKED_BACK, _beginning(rule.in_force_from))
    late = _without_card(rule).filter(stopped_at__gte=since, stopped_at__gt=F("due_at"))
    return late.order_by("due_at", "pk")


def _without_card(rule: CardRule) -> QuerySet[Clock]:
    carded = Card.objects.filter(code=rule.code, clock=OuterRef("pk"))
    return _measured(rule).exclude(Exists(carded))


def _measured(rule: CardRule) -> QuerySet[Clock]:
    """Return the clocks that a rule measures: no lateness twice.

    The promise of an application with one matter is that of its case. A check after a commitment that is late has a rule of its
    own (`post_check_missed`); only its warning comes from the clock.
    """
    found = Clock.objects.filter(kind=rule.clock_kind)
    if rule.clock_kind == ClockKind.PROMISED:
        return found.exclude(case=None, application__bundle=None)
    if rule.clock_kind == ClockKind.STEP and not rule.warns:
        return found.exclude(task__kind=StepKind.POST_CHECK)
    return found


@transaction.atomic
def give_for_clock(
    *, rule: CardRule, clock_id: int, application_id: int, days: list[date], now: datetime
) -> bool:
    """Give the card a clock has earned; return False when it has it already, is suspended, or has not earned it.

    Everything is read again under the application's lock: of two sweeps the second finds the card of the first.
    """
    application = lock_application(application_id)
    clock = (
        _measured(rule)
        .select_related(
            "task__department", "task__claimed_by", "case__version__matter__department__successor"
        )
        .get(pk=clock_id)
    )
    moment = _has_earned(rule, clock, days, now)
    if moment is None:
        return False
    if _is_suspended(clock, now) or Card.objects.filter(code=rule.code, clock=clock).exists():
        return False
    card = Card(
        rule=rule,
        code=rule.code,
        level=rule.level,
        application=application,
        case=clock.case,
        task=clock.task,
        clock=clock,
        department=_answerable(clock, application),
        person=clock.task.claimed_by if clock.task else None,
        measured=words.arithmetic(rule, clock, moment),
        due_at=clock.due_at,
        fell_due_at=moment,
        found_at=now,
    )
    _give(card, now)
    return True


@transaction.atomic
def give_for_fact(*, rule: CardRule, pk: int, application_id: int, now: datetime) -> bool:
    """Give the card a fact has earned; return False when it has it already, or the fact is none any more."""
    application = lock_application(application_id)
    check, key = CHECKS[rule.breach], f"{rule.breach}:{pk}"
    row = check.find(now).filter(pk=pk).first()
    if row is None or Card.objects.filter(code=rule.code, clock=None, fact=key).exists():
        return False
    fact = check.read(row)
    card = Card(
        rule=rule,
        code=rule.code,
        level=rule.level,
        application=application,
        case=fact.case,
        task=fact.task,
        fact=key,
        department=fact.department,
        person=fact.person,
        measured=fact.words,
        due_at=fact.due_at,
        fell_due_at=fact.since,
        found_at=now,
    )
    _give(card, now)
    return True


def _has_earned(rule: CardRule, clock: Clock, days: list[date], now: datetime) -> datetime | None:
    """Return since when a clock has earned a rule's card, running or ended late; None when it has not.

    A warning is no use once the clock has stopped or its end has passed.
    """
    moment = falls_due(rule, clock, days)
    if moment is None or moment > min(now, clock.stopped_at or now):
        return None
    is_over = clock.stopped_at is not None or (clock.due_at is not None and clock.due_at < now)
    return None if rule.warns and is_over else moment


def _give(card: Card, now: datetime) -> None:
    card.save(force_insert=True)
    if card.rule.way == Way.AUTOMATIC:
        machine.make(card, "issue", by=None, now=now, note=words.told(card), issued_at=now)
        telling.issued(card=card, now=now)
    else:
        telling.proposed(card=card, now=now)


def _is_suspended(clock: Clock, now: datetime) -> bool:
    if clock.due_at is not None and clock.due_at < now:
        return False
    open_ones = Suspension.objects.filter(case__application=clock.application_id, ended_at=None)
    return any(begins <= now < ends for begins, ends in pauses_of(clock, open_ones))


def _answerable(clock: Clock, application: Application) -> Department:
    """Return the department that answers for a clock: of its task, of its matter, of the window, or the bundle's lead."""
    owner = RULES[ClockKind(clock.kind)].owner
    if clock.task:
        return clock.task.department
    if owner == WINDOW:
        return _of_window(application, Role.INTAKE) or _of_matter(application)
    if clock.case:
        return clock.case.version.matter.department.in_charge
    if owner == OUTLET:
        return _of_window(application, Role.OUTLET) or _of_matter(application)
    return application.bundle.lead_department.in_charge if application.bundle else _of_matter(application)


def _of_window(application: Application, role: Role) -> Department | None:
    """Return the body whose people stand at the windows: at the application's own place first."""
    posts = list(StaffPost.objects.current().filter(role=role).select_related("department").order_by("pk"))
    here = [post for post in posts if post.service_point_id == application.service_point_id]
    return next((post.department for post in here + posts), None)


def _of_matter(application: Application) -> Department:
    first = application.cases.select_related("version__matter__department__successor").order_by("order")[0]
    return first.version.matter.department.in_charge


def _beginning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
