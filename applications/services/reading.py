"""Staff opening what an applicant handed in or was issued: each reading is on record (个人信息保护法 §51)."""

from datetime import datetime

from applications.models import Attachment, RecordPhoto
from core import audit
from core.models import OfficialDocument, User


def note(
    *, record: Attachment | OfficialDocument | RecordPhoto, reference: str, by: User, now: datetime
) -> None:
    """Write on the audit trail that somebody other than the applicant opened a file; `reference` is the number."""
    act = f"{record._meta.model_name}.read"
    audit.record(by=by, now=now, act=act, on=record, reference=reference)
