from core.models.audit import AuditEntry
from core.models.dispatch import Dispatched
from core.models.documents import NumberSeries, OfficialDocument
from core.models.notices import Message, PhoneCode, Sms
from core.models.people import Applicant, User
from core.models.time import CalendarDay, CalendarLoad, DemoMark, HallHours

__all__ = [
    "Applicant",
    "AuditEntry",
    "CalendarDay",
    "CalendarLoad",
    "DemoMark",
    "Dispatched",
    "HallHours",
    "Message",
    "NumberSeries",
    "OfficialDocument",
    "PhoneCode",
    "Sms",
    "User",
]
