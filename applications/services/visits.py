"""Counting trips: every physical visit is recorded with its causes."""

from datetime import datetime

from applications.models import Application, Visit
from core import audit
from core.clock import local_date
from core.errors import Invalid
from core.models import User
from matters.models import ServicePoint


def record(
    *, application: Application, cause: str, place: ServicePoint | None, by: User, now: datetime
) -> Visit:
    """Record that the applicant stood at a window for this cause.

    What is done on one day at one place is one visit with several causes (浙江规定 §2: a trip is a journey, not an
    act). The caller holds the application's lock. Raises Invalid when the place is not known.
    """
    if place is None:
        raise Invalid("service_point_required", "请选择办事网点：到场必须记录地点。", field="service_point")
    visit, is_new = Visit.objects.get_or_create(
        application=application,
        date=local_date(now),
        service_point=place,
        defaults={"at": now, "causes": [cause], "recorded_by": by},
    )
    if not is_new and cause not in visit.causes:
        visit.causes.append(cause)
        visit.save(update_fields=["causes"])
    audit.record(
        by=by, now=now, act="visit.record", on=visit, reference=application.number or "", cause=cause
    )
    return visit
