"""What somebody can do against a decision: which bodies, and until when (行政许可法 §38(2))."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from applications.models.decision import Appealable
from core.calendar import past_days_off
from core.periods import days_on, months_on
from matters.models import MatterVersion

RECONSIDERATION_DAYS = 60  # natural days, 行政复议法 §20
LITIGATION_MONTHS = 6  # 行政诉讼法 §46
COURT = "有管辖权的人民法院"


@dataclass(frozen=True)
class Bodies:
    """Where to apply for reconsideration, and where to sue."""

    reconsideration: str
    court: str


def bodies_of(version: MatterVersion) -> Bodies:
    """Return the bodies the guide names, or the government of this region and the court that has jurisdiction.

    The government of the same level reconsiders what its departments decide (行政复议法 §24).
    """
    said = {
        name: (version.content.get(name) or {}).get("department")
        for name in ("reconsideration", "litigation")
    }
    return Bodies(
        reconsideration=said["reconsideration"] or f"{settings.REGION_NAME}人民政府",
        court=said["litigation"] or COURT,
    )


def last_days(served_on: date) -> tuple[date, date]:
    """Return the last days to apply for reconsideration and to sue, of a decision served on this day in China.

    Sixty natural days and six months after it; a last day off ends on the next working day.
    """
    return (
        past_days_off(days_on(served_on, RECONSIDERATION_DAYS)),
        past_days_off(months_on(served_on, LITIGATION_MONTHS)),
    )


def in_words(decision: Appealable) -> str:
    """Return where, and until when, one can turn against a decision; the days are named once it has been served."""
    body, court = decision.reconsideration_body, decision.court
    if decision.reconsider_until is None or decision.litigate_until is None:
        first, second = "自收到决定书之日起60日内", "自收到决定书之日起6个月内"
    else:
        first, second = (
            f"在{last:%Y年%-m月%-d日}前（含当日）"
            for last in (decision.reconsider_until, decision.litigate_until)
        )
    return f"不服的，可以{first}向{body}申请行政复议，也可以{second}依法向{court}提起行政诉讼。"
