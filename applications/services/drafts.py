"""Filling in an application before it is submitted: members, materials, answers, delivery, files."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import prefetch_related_objects

from applications import permissions
from applications.enums import ApplicationStatus, Channel, DeliveryMethod
from applications.locks import lock_application
from applications.models import Application, ApplicationMaterial, Case, CaseDependency
from core import audit, codes
from core.errors import Invalid, Refusal
from core.models import Applicant, User
from matters.enums import Necessity
from matters.materials import merged_materials
from matters.models import Bundle, Matter, MatterVersion, ServicePoint

FAR_FROM = "只有草稿可以修改；申请提交以后，请在“我的申请”中查看，需要更正时由窗口一次性告知。"


@dataclass(frozen=True)
class Answers:
    """What the applicant fills in once, for all matters of the application."""

    subject: str
    detail: str = ""
    conditions: tuple[str, ...] = ()
    delivery_method: str = DeliveryMethod.WINDOW
    recipient_name: str = ""
    recipient_phone: str = ""
    recipient_address: str = ""


@transaction.atomic
def start(
    *,
    applicant: Applicant,
    by: User,
    now: datetime,
    channel: str,
    version: MatterVersion | None = None,
    bundle: Bundle | None = None,
    chosen: Collection[str] = (),
    service_point: ServicePoint | None = None,
) -> Application:
    """Start a draft for one matter or for a bundle with its chosen optional members (matter codes).

    Its cases are pinned to the versions in force now. Raises Forbidden when `by` may not file for this applicant.
    """
    permissions.require_filing_for(by, applicant, channel)
    application = Application.objects.create(
        applicant=applicant,
        bundle=bundle,
        title=bundle.name if bundle else _one(version).name,
        channel=channel,
        service_point=service_point if channel == Channel.COUNTER else None,
        recipient_name=applicant.contact_name or applicant.name,
        recipient_phone=applicant.phone,
        recipient_address=applicant.address,
        created_at=now,
        created_by=by,
    )
    _pin_cases(application, bundle, version, chosen)
    audit.record(by=by, now=now, act="application.start", on=application, title=application.title)
    return application


@transaction.atomic
def choose_members(*, application_id: int, chosen: Collection[str], by: User, now: datetime) -> Application:
    """Set which optional members of a bundle are wanted (matter codes); files of materials still needed are kept."""
    application = editable(application_id, by)
    if application.bundle is None:
        raise Refusal("not_a_bundle", "这项申请只有一个事项，没有可选事项。")
    application.cases.all().delete()
    _pin_cases(application, application.bundle, None, chosen)
    audit.record(by=by, now=now, act="application.choose_members", on=application, chosen=sorted(chosen))
    return application


@transaction.atomic
def fill(*, application_id: int, answers: Answers, by: User, now: datetime) -> Application:
    """Save what was typed; wrong input is refused naming the field, and nothing that was saved before is lost."""
    application = editable(application_id, by)
    _check(answers)
    for column, value in asdict(answers).items():
        setattr(application, column, list(value) if column == "conditions" else value)
    application.save(update_fields=list(asdict(answers)))
    set_required(application)
    audit.record(by=by, now=now, act="application.fill", on=application)
    return application


@transaction.atomic
def discard(*, application_id: int, by: User, now: datetime) -> None:
    """Delete a draft that nobody has submitted, with its files."""
    application = editable(application_id, by)
    audit.record(by=by, now=now, act="application.discard", on=application, title=application.title)
    for material in application.materials.prefetch_related("attachments"):
        for attachment in material.attachments.all():
            transaction.on_commit(partial(attachment.file.storage.delete, str(attachment.file.name)))
            attachment.delete()
    application.cases.all().delete()
    application.delete()


def editable(application_id: int, by: User) -> Application:
    """Return the locked draft, or refuse: not this person's, or no longer a draft."""
    application = lock_application(application_id)
    permissions.require_editing(by, application)
    if application.status != ApplicationStatus.DRAFT:
        raise Refusal("not_a_draft", FAR_FROM)
    return application


def _pin_cases(
    application: Application, bundle: Bundle | None, version: MatterVersion | None, chosen: Collection[str]
) -> None:
    members = _members(bundle, chosen) if bundle else [(_one(version), False)]
    cases = Case.objects.bulk_create(
        Case(application=application, order=order, version=each, optional=optional)
        for order, (each, optional) in enumerate(members, start=1)
    )
    if bundle:
        by_matter = {case.version.matter_id: case for case in cases}
        CaseDependency.objects.bulk_create(
            CaseDependency(
                case=by_matter[link.then_id], predecessor=by_matter[link.first_id], reason=link.reason
            )
            for link in bundle.dependencies.all()
            if link.first_id in by_matter and link.then_id in by_matter
        )
    links = [(link.first_id, link.then_id) for link in bundle.dependencies.all()] if bundle else []
    _merge_materials(application, [each for each, _ in members], links)


def _members(bundle: Bundle, chosen: Collection[str]) -> list[tuple[MatterVersion, bool]]:
    members = list(bundle.members.select_related("matter__current__matter").order_by("order"))
    unknown = set(chosen) - {member.matter.code for member in members if member.optional}
    if unknown:
        raise Invalid(
            "unknown_member", f"“{bundle.name}”中没有可选事项：{'、'.join(sorted(unknown))}。", field="chosen"
        )
    wanted = [member for member in members if not member.optional or member.matter.code in chosen]
    return [(_current(member.matter), member.optional) for member in wanted]


def _current(matter: Matter) -> MatterVersion:
    if matter.current is None:
        raise Refusal("matter_not_published", f"事项 {matter.code} 尚未发布，暂不能办理这个一件事。")
    return matter.current


def _one(version: MatterVersion | None) -> MatterVersion:
    if version is None:
        raise Invalid("matter_required", "请选择要办理的事项或一件事。", field="matter")
    return version


def _merge_materials(
    application: Application, versions: Sequence[MatterVersion], links: Sequence[tuple[int, int]]
) -> None:
    prefetch_related_objects(versions, "materials")
    merged = merged_materials(versions, links)
    keep = {material.key: material for material in application.materials.all()}
    no_longer = application.materials.exclude(key__in=[each.key for each in merged])
    no_longer.filter(attachments=None).delete()
    no_longer.update(is_required=False, needed_by=[])  # files are kept, in case the member is chosen again
    for order, each in enumerate(merged, start=1):
        material = keep.get(each.key) or ApplicationMaterial(application=application, key=each.key)
        material.order = order
        material.name = each.name
        material.needed_by = list(each.needed_by)
        material.disposition = each.disposition
        material.condition = each.condition
        material.originals, material.copies = each.originals, each.copies
        material.filling_note = each.filling_note
        material.is_required = _is_required(
            material, each.necessity == Necessity.OPTIONAL, application.conditions
        )
        material.save()


def set_required(application: Application) -> None:
    """Mark which conditional materials are needed, by the conditions the applicant meets."""
    for material in application.materials.exclude(condition="").exclude(needed_by=[]):
        material.is_required = material.key in application.conditions
        material.save(update_fields=["is_required"])


def _is_required(material: ApplicationMaterial, optional: bool, conditions: Collection[str]) -> bool:
    return material.key in conditions if material.condition else not optional


def _check(answers: Answers) -> None:
    if not answers.subject.strip():
        raise Invalid(
            "subject_required", "请填写办理对象，例如企业名称、房屋地址或孩子姓名。", field="subject"
        )
    if answers.delivery_method != DeliveryMethod.COURIER:
        return
    for field, value, label in (
        ("recipient_name", answers.recipient_name, "收件人"),
        ("recipient_phone", answers.recipient_phone, "收件电话"),
        ("recipient_address", answers.recipient_address, "收件地址"),
    ):
        if not value.strip():
            raise Invalid("recipient_required", f"选择政务专递时请填写{label}。", field=field)
    codes.validate_mobile(answers.recipient_phone, field="recipient_phone")
