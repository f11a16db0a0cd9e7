"""Applicants: one row for one identity, whoever registers it first."""

from datetime import date, datetime

from django.db import transaction

from core import audit
from core.clock import local_date
from core.codes import validate_identity, validate_mobile
from core.enums import ApplicantKind, IdType
from core.errors import Invalid, Refusal
from core.fields import blind_index
from core.locks import lock_name
from core.masking import mask_holder, mask_phone
from core.models import Applicant, User


def find_or_create_applicant(
    *,
    kind: str,
    name: str,
    id_type: str,
    id_number: str,
    phone: str,
    address: str = "",
    contact_name: str = "",
    by: User,
    now: datetime,
) -> Applicant:
    """Return the applicant with this identity for the counter, written down now if it is new.

    A known identity under another name is refused; a new phone, address or contact is taken over and put on record.
    """
    name, contact_name = clean_names(kind, name, contact_name)
    id_number = checked_identity(kind, id_type, id_number, today=local_date(now))
    phone = validate_mobile(phone)
    with transaction.atomic():
        applicant = locked_applicant(id_type, id_number)
        if applicant is None:
            applicant = write_applicant(
                kind=kind, name=name, id_type=id_type, id_number=id_number, phone=phone, address=address.strip(),
                contact_name=contact_name, by=by, now=now,
            )  # fmt: skip
        else:
            _refuse_other_name(applicant, name)
            _take_over(
                applicant, phone=phone, address=address.strip(), contact_name=contact_name, by=by, now=now
            )
    return applicant


def clean_names(kind: str, name: str, contact_name: str) -> tuple[str, str]:
    """Return both names without blanks around them; raises Invalid when one is missing or too long."""
    name, contact_name = " ".join(name.split()), " ".join(contact_name.split())
    if not name:
        what = "单位名称" if kind == ApplicantKind.LEGAL else "姓名"
        raise Invalid("name_missing", f"请填写{what}，与证件上的一致。", field="name")
    if len(name) > 100:
        raise Invalid("name_too_long", "名称不能超过100个字，请按证件上的名称填写。", field="name")
    if kind == ApplicantKind.LEGAL and not contact_name:
        raise Invalid("contact_missing", "请填写联系人姓名，办理进度会通知到联系人。", field="contact_name")
    if len(contact_name) > 100:
        raise Invalid("contact_too_long", "联系人姓名不能超过100个字。", field="contact_name")
    return name, contact_name


def checked_identity(kind: str, id_type: str, id_number: str, *, today: date) -> str:
    """Return the identity number in standard form if it is right and of a type the kind of applicant can have."""
    if kind not in ApplicantKind.values:
        raise Invalid("kind_unknown", "请选择申请人类型：个人，或者企业和其他组织。", field="kind")
    if (kind == ApplicantKind.LEGAL) != (id_type == IdType.USCC):
        raise Invalid(
            "id_type_mismatch",
            "企业和其他组织请选择统一社会信用代码，个人请选择个人身份证件。",
            field="id_type",
        )
    return validate_identity(id_type, id_number, today=today)


def locked_applicant(id_type: str, id_number: str) -> Applicant | None:
    """Return the applicant of an identity, locked; without one, hold the identity until the transaction ends."""
    index = blind_index(id_number)
    lock_name(f"identity:{id_type}:{index}")
    return Applicant.objects.select_for_update().filter(id_type=id_type, id_index=index).first()


def write_applicant(
    *,
    kind: str,
    name: str,
    id_type: str,
    id_number: str,
    phone: str,
    address: str = "",
    contact_name: str = "",
    user: User | None = None,
    by: User | None,
    now: datetime,
) -> Applicant:
    """Write down a new applicant whose values are checked already, with the blind indexes to find it by."""
    applicant = Applicant.objects.create(
        kind=kind,
        name=name,
        id_type=id_type,
        id_number=id_number,
        id_index=blind_index(id_number),
        phone=phone,
        phone_index=blind_index(phone),
        address=address,
        contact_name=contact_name,
        user=user,
        created_at=now,
        created_by=by,
    )
    audit.record(by=by, now=now, act="applicant.create", on=applicant, kind=kind, id_type=id_type)
    return applicant


def _refuse_other_name(applicant: Applicant, name: str) -> None:
    if applicant.name == name:
        return
    known = mask_holder(applicant.kind, applicant.name)
    raise Refusal(
        "name_differs",
        f"这个证件号码已登记在“{known}”名下，与填写的名称不一致。请核对证件；确已更名的，请先办理信息变更。",
        field="name",
    )


def _take_over(applicant: Applicant, *, by: User, now: datetime, **given: str) -> None:
    changed = [field for field, value in given.items() if value and value != getattr(applicant, field)]
    if not changed:
        return
    before = mask_phone(applicant.phone)
    for field in changed:
        setattr(applicant, field, given[field])
    applicant.phone_index = blind_index(applicant.phone)
    applicant.save(update_fields=[*changed, "phone_index"])
    phones = (
        {"phone_before": before, "phone_after": mask_phone(applicant.phone)} if "phone" in changed else {}
    )
    audit.record(by=by, now=now, act="applicant.update", on=applicant, changed=changed, **phones)
