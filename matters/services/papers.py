"""Papers for applicants: the list of what to bring, the leaflet, blank forms. They inform and decide nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core.clock import local_date
from core.documents.typesetting import typeset
from core.services.numbering import next_number
from matters.models import Department

SERIES = "notice"


@dataclass(frozen=True)
class Printed:
    """A paper with the number it carries."""

    number: str
    pdf: bytes


def print_notice(*, said: dict[str, Any], department: Department, now: datetime) -> Printed:
    """Number and typeset a list of what to bring (一次性告知单); `said` is what it says, as presenters put it.

    The number runs for each department and year in China and has no gaps: one that could not be typeset is
    given again.
    """
    with transaction.atomic():
        year = local_date(now).year
        serial = next_number(series=f"{department.code}.{SERIES}", year=year)
        number = f"{department.short_name}告〔{year}〕第{serial:06d}号"
        pdf = typeset("notice", {**said, "number": number}, at=now, number=number)
    return Printed(number, pdf)


def print_leaflet(*, said: dict[str, Any], now: datetime) -> bytes:
    """Typeset the leaflet of a matter: one page of A4."""
    return typeset("leaflet", said, at=now)


def print_blank_form(*, said: dict[str, Any], now: datetime) -> bytes:
    """Typeset the blank form of a material; the same guide at the same moment gives the same bytes."""
    return typeset("blank_form", said, at=now)
