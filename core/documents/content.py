"""What each kind of official document says. Rooms fill these in; the templates of the same name print them.

Every text is data: it is printed as it stands, whatever characters it holds. Dates are days in China.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from core.clock import CHINA
from core.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """The body in whose name a document is issued, as it is called at that moment (行政许可法 §24: the entrusting body).

    `seal_name` is the whole name of the seal, such as 示例区市场监督管理局行政审批专用章; `short` is what stands in
    front of the document number, by default the whole name.
    """

    name: str
    code: str
    uscc: str
    seal_name: str
    short: str = ""


@dataclass(frozen=True, kw_only=True)
class MatterLine:
    """One matter of an application; the limit in words (5个工作日) and the last day, where they are known."""

    name: str
    department: str = ""
    limit: str = ""
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MaterialLine:
    """One material: how many originals and copies were handed in, and in words how it was received (已收、已收电子件、免提交、容缺)."""

    name: str
    originals: int = 0
    copies: int = 0
    state: str = "已收"


@dataclass(frozen=True, kw_only=True)
class DeferredLine:
    """A material accepted as missing for now, and the last day to bring it."""

    name: str
    until: date


@dataclass(frozen=True, kw_only=True)
class CorrectionLine:
    """One thing to correct: which material, what is wrong with it, and how to mend it."""

    material: str
    problem: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """What all documents about an application share."""

    to: str
    application_number: str

    def as_data(self) -> dict[str, Any]:
        """Return the content as JSON can hold it; moments become minutes in China's time."""
        return json_safe(asdict(self))


@dataclass(frozen=True, kw_only=True)
class Receipt(Content):
    """收件凭证: what was handed in, when, to whom, and how to ask how it goes on.

    `situation` says in one line which situation (情形) the materials were asked for.
    """

    query_code: str
    matters: tuple[str, ...]
    materials: tuple[MaterialLine, ...]
    situation: str = ""
    received_at: datetime
    received_by: str
    channel: str
    place: str = ""
    progress_url: str
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Acceptance(Content):
    """受理通知书. `deemed`: accepted because nobody answered in time, from the day of receipt (行政许可法 §32(4))."""

    query_code: str
    applied_on: date
    accepted_on: date
    matters: tuple[MatterLine, ...]
    materials: tuple[MaterialLine, ...] = ()
    deferred: tuple[DeferredLine, ...] = ()
    promised_on: date | None
    progress_url: str
    contact_phone: str = ""
    complaint_phone: str = ""
    basis: str = "《中华人民共和国行政许可法》第三十二条"
    deemed: bool = False


@dataclass(frozen=True, kw_only=True)
class Refusal(Content):
    """不予受理通知书. `competent_authority`: whom to apply to instead, required by 行政许可法 §32(2) where there is one."""

    applied_on: date
    matter: str
    reasons: tuple[str, ...]
    basis: str = "《中华人民共和国行政许可法》第三十二条"
    competent_authority: str = ""
    reconsideration_body: str = "本级人民政府"
    court: str = "有管辖权的人民法院"


@dataclass(frozen=True, kw_only=True)
class Correction(Content):
    """补正材料一次性告知书: everything there is to correct, once (行政许可法 §32(4)), and until when."""

    applied_on: date
    matters: tuple[str, ...]
    items: tuple[CorrectionLine, ...]
    due_on: date
    ways: tuple[str, ...]
    progress_url: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate(Content):
    """证照. `identity` is masked or public; `identifier` follows GB/T 36904.

    Without a last day (`valid_until`), `validity` says in words how long it holds; without either it has no limit.
    """

    identity_label: str
    identity: str
    lines: tuple[Line, ...] = ()
    valid_from: date
    valid_until: date | None = None
    validity: str = ""
    identifier: str = ""


@dataclass(frozen=True, kw_only=True)
class Approval(Content):
    """准予决定书."""

    matter: str
    applied_on: date
    accepted_on: date
    basis: str
    granted: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Record(Content):
    """办理结果通知书: the result of a matter that ends without a certificate (a record, a payment, a registration)."""

    matter: str
    accepted_on: date
    decided_on: date
    result: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Denial(Content):
    """不予行政许可决定书: facts, basis, reasons and remedies, all required by 行政许可法 §38(2)."""

    matter: str
    applied_on: date
    accepted_on: date
    facts: str
    basis: str
    reasons: tuple[str, ...]
    reconsideration_body: str = "本级人民政府"
    court: str = "有管辖权的人民法院"


@dataclass(frozen=True, kw_only=True)
class Simulated(Content):
    """模拟审批意见书: what would be decided if what is missing were there. No licence; it bears the mark 模拟."""

    matter: str
    applied_on: date
    accepted_on: date
    is_granted: bool
    missing: str
    conditions: str
    basis: str
    progress_url: str
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Mending(Content):
    """责令限期整改通知书: what a check after a commitment found short, and until when to mend it."""

    matter: str
    decided_on: date
    findings: str
    due_on: date
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Revocation(Content):
    """撤销行政许可决定书: which decision is taken back, with facts, basis, reasons and remedies (行政许可法 §69)."""

    matter: str
    decided_on: date
    result_title: str
    result_number: str
    facts: str
    basis: str
    reasons: tuple[str, ...]
    reconsideration_body: str
    court: str


@dataclass(frozen=True, kw_only=True)
class NotProceeded(Content):
    """不再办理告知书: a matter that cannot go on because the one it depends on was denied or withdrawn."""

    matter: str
    predecessor: str
    predecessor_result: str
    advice: str
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class SpecialProcedure(Content):
    """特别程序告知书: which procedure, its legal basis and the time it takes, which does not count (行政许可法 §45).

    `needed` is the time in words (7天, 15个工作日); `promised_on` is when the matter is now expected to end.
    """

    matter: str
    procedure: str
    basis: str
    reason: str
    needed: str
    begins_on: date
    until: date
    promised_on: date | None
    progress_url: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Extension(Content):
    """延期办理告知书: why, by how many working days, who approved it, and the new last day by law (行政许可法 §42).

    `promised_on` is when what is extended is now promised; None where nothing is, or its day had passed.
    """

    matter: str
    reason: str
    basis: str
    days: int
    approver: str
    due_before: date
    due_on: date
    promised_on: date | None = None
    contact_phone: str = ""


CONTENTS: dict[str, type[Content]] = {
    DocumentKind.RECEIPT: Receipt,
    DocumentKind.ACCEPTANCE: Acceptance,
    DocumentKind.REFUSAL: Refusal,
    DocumentKind.CORRECTION: Correction,
    DocumentKind.CERTIFICATE: Certificate,
    DocumentKind.APPROVAL: Approval,
    DocumentKind.RECORD: Record,
    DocumentKind.DENIAL: Denial,
    DocumentKind.NOT_PROCEEDED: NotProceeded,
    DocumentKind.SPECIAL_PROCEDURE: SpecialProcedure,
    DocumentKind.EXTENSION: Extension,
    DocumentKind.SIMULATED: Simulated,
    DocumentKind.MENDING: Mending,
    DocumentKind.REVOCATION: Revocation,
}


def json_safe(data: dict[str, Any]) -> dict[str, Any]:
    """Return data as JSON can hold it; moments become minutes in China's time."""
    return json.loads(json.dumps(data, cls=_Encoder))


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return o.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")
        return super().default(o)
