"""Reading personal data in full; each reading is on the audit trail (个人信息保护法 §51, §54)."""

from dataclasses import dataclass
from datetime import datetime

from core import audit
from core.errors import Invalid
from core.models import Applicant, User


@dataclass(frozen=True)
class Revealed:
    """An applicant's personal data in full, for the eyes of the one who gave a reason."""

    id_number: str
    phone: str
    address: str


def reveal(*, applicant: Applicant, by: User, reason: str, now: datetime) -> Revealed:
    """Return an applicant's identity number, phone and address in full, after writing who read them and why."""
    if not reason.strip():
        raise Invalid("reason_missing", "请写明查看完整信息的原因，系统会留痕备查。", field="reason")
    audit.record(by=by, now=now, act="applicant.reveal", on=applicant, reason=reason.strip()[:200])
    return Revealed(id_number=applicant.id_number, phone=applicant.phone, address=applicant.address)
