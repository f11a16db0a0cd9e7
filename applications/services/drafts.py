"""Filling in an application before it is submitted: members, materials, answers, delivery, files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from applications import permissions
from applications.enums import ApplicationStatus, Channel, DeliveryMethod
from applications.locks import lock_application
from applications.models import Application, ApplicationMaterial, Case, CaseDependency
from applications.questions import Questions, questions_of
from core import audit, codes
from core.errors import Invalid, Refusal
from core.locks import lock_name
from core.models import Applicant, User
from matters.enums import Necessity
from matters.materials import merged_materials
from matters.models import Bundle, Matter, MatterVersion, ServicePoint
from matters.policies import check_in_use

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
    is_simulated: bool = False
    still_missing: str = ""


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
    answers: Mapping[str, str] | None = None,
) -> Application:
    """Start a draft for one matter or for a bundle with its chosen optional members (matter codes).

    `answers` say which situation it is, by question as all its matters together ask them. Its cases are pinned to
    the versions in force now. A second start, as two clicks make it, returns the draft of the first while nothing was
    filled in or handed in, with what is chosen now. Raises Forbidden when `by` may not file for this applicant, and
    Invalid for an answer that is not offered.
    """
    permissions.require_filing_for(by, applicant, channel)
    place = service_point if channel == Channel.COUNTER else None
    begun = _untouched(
        applicant, _alike(bundle, version, channel=channel, created_by=by, service_point=place)
    )
    if begun:
        return _begin_again(begun, version, chosen, answers or {}, now)
    application = Application.objects.create(
        applicant=applicant,
        bundle=bundle,
        title=bundle.name if bundle else _one(version).name,
        channel=channel,
        service_point=place,
        recipient_name=applicant.contact_name or applicant.name,
        recipient_phone=applicant.phone,
        recipient_address=applicant.address,
        created_at=now,
        created_by=by,
    )
    _pin_cases(application, _pinned(bundle, version, chosen), answers or {})
    audit.record(by=by, now=now, act="application.start", on=application, title=application.title)
    return application


def _alike(bundle: Bundle | None, version: MatterVersion | None, **how: object) -> Q:
    if bundle:
        return Q(bundle=bundle, **how)
    return Q(bundle=None, cases__version__matter_id=_one(version).matter_id, **how)


def _begin_again(
    begun: Application,
    version: MatterVersion | None,
    chosen: Collection[str],
    answers: Mapping[str, str],
    now: datetime,
) -> Application:
    begun.created_at = now
    begun.save(update_fields=["created_at"])
    _pin_cases(begun, _pinned(begun.bundle, version, chosen), answers)
    return begun


def _untouched(applicant: Applicant, alike: Q) -> Application | None:
    """Return the applicant's draft like this into which nobody has put anything; starts wait for each other."""
    lock_name(f"start:{applicant.pk}")
    handed_in = ApplicationMaterial.objects.filter(
        Q(paper_received_at__isnull=False) | Q(attachments__isnull=False), application=OuterRef("pk")
    )
    empty = Application.objects.filter(
        ~Exists(handed_in),
        alike,
        applicant=applicant,
        status=ApplicationStatus.DRAFT,
        subject="",
        conditions=[],
        delivery_method=DeliveryMethod.WINDOW,
    )
    found = empty.select_for_update(no_key=True, of=("self",)).order_by("-pk").first()
    return found if found and empty.filter(pk=found.pk).exists() else None  # not filled in while we waited


@transaction.atomic
def choose_members(*, application_id: int, chosen: Collection[str], by: User, now: datetime) -> Application:
    """Set which optional members of a bundle are wanted (matter codes); files of materials still needed are kept."""
    application = editable(application_id, by)
    if application.bundle is None:
        raise Refusal("not_a_bundle", "这项申请只有一个事项，没有可选事项。")
    _pin_cases(application, _pinned(application.bundle, None, chosen))
    audit.record(by=by, now=now, act="application.choose_members", on=application, chosen=sorted(chosen))
    return application


@transaction.atomic
def widen(*, application_id: int, bundle: Bundle, by: User, now: datetime) -> Application:
    """Make the draft of one matter a draft of a bundle that holds it; all that was typed and handed in is kept.

    Raises Refusal `already_a_bundle` for a draft of several matters, and Invalid `not_a_member` where the bundle does
    not hold its matter.
    """
    application = editable(application_id, by)
    if application.bundle_id is not None:
        raise Refusal("already_a_bundle", f"这份草稿已经是一件事“{application.title}”，不用再换。")
    matter = application.cases.select_related("version__matter").get().version.matter
    member = bundle.members.filter(matter=matter).first()
    if member is None:
        raise Invalid("not_a_member", f"“{bundle.name}”里没有这个事项，请刷新页面后重选。", field="bundle")
    application.bundle, application.title = bundle, bundle.name
    application.save(update_fields=["bundle", "title"])
    _pin_cases(application, _pinned(bundle, None, [matter.code] if member.optional else []))
    audit.record(by=by, now=now, act="application.widen", on=application, title=application.title)
    return application


@transaction.atomic
def answer_situations(
    *, application_id: int, answers: Mapping[str, str], by: User, now: datetime
) -> Application:
    """Say which situation it is: answers by question as all its matters together ask them, before those saved so far.

    Answers to questions that are no longer asked are dropped. What is no longer needed is no longer asked for, and the
    files handed in for it are kept. Raises Invalid for a question that is not asked or an answer not offered.
    """
    application = editable(application_id, by)
    cases = list(application.cases.select_related("version__matter").order_by("order"))
    asked = questions_of(cases).given(answers)
    for case in cases:
        case.answers = asked.of(case.version.matter.code)
        case.save(update_fields=["answers"])
    _merge_materials(application, cases)
    audit.record(by=by, now=now, act="application.answer_situations", on=application, answers=asked.answers)
    return application


@transaction.atomic
def fill(*, application_id: int, answers: Answers, by: User, now: datetime) -> Application:
    """Save what was typed; wrong input is refused naming the field, and nothing that was saved before is lost."""
    application = editable(application_id, by)
    _check(answers)
    _check_simulation(application, answers)
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


def _pinned(
    bundle: Bundle | None, version: MatterVersion | None, chosen: Collection[str]
) -> list[tuple[MatterVersion, bool]]:
    """Return the versions to pin, each with whether it is an optional member."""
    return _members(bundle, chosen) if bundle else [(_one(version), False)]


def _pin_cases(
    application: Application,
    members: Sequence[tuple[MatterVersion, bool]],
    answers: Mapping[str, str] | None = None,
) -> None:
    """Put these matters in the place of the draft's cases; what was answered before still holds where it is asked."""
    before = application.cases.select_related("version__matter")
    said = {case.version.matter.code: case.answers for case in before}
    asked = Questions([each for each, _ in members], said).given(answers or {})
    application.cases.all().delete()
    cases = Case.objects.bulk_create(
        Case(
            application=application,
            order=order,
            version=each,
            optional=optional,
            answers=asked.of(each.matter.code),
        )
        for order, (each, optional) in enumerate(members, start=1)
    )
    if application.bundle:
        by_matter = {case.version.matter_id: case for case in cases}
        CaseDependency.objects.bulk_create(
            CaseDependency(
                case=by_matter[link.then_id], predecessor=by_matter[link.first_id], reason=link.reason
            )
            for link in application.bundle.dependencies.all()
            if link.first_id in by_matter and link.then_id in by_matter
        )
    _merge_materials(application, cases)


def _members(bundle: Bundle, chosen: Collection[str]) -> list[tuple[MatterVersion, bool]]:
    members = list(
        bundle.members.select_related("matter__current__matter", "matter__department").order_by("order")
    )
    unknown = set(chosen) - {member.matter.code for member in members if member.optional}
    if unknown:
        raise Invalid(
            "unknown_member", f"“{bundle.name}”中没有可选事项：{'、'.join(sorted(unknown))}。", field="chosen"
        )
    wanted = [member for member in members if not member.optional or member.matter.code in chosen]
    return [(_current(member.matter), member.optional) for member in wanted]


def _current(matter: Matter) -> MatterVersion:
    check_in_use(matter)
    assert matter.current is not None
    return matter.current


def _one(version: MatterVersion | None) -> MatterVersion:
    if version is None:
        raise Invalid("matter_required", "请选择要办理的事项或一件事。", field="matter")
    return version


def _merge_materials(application: Application, cases: Sequence[Case]) -> None:
    versions = [case.version for case in cases]
    prefetch_related_objects(versions, "materials")
    bundle = application.bundle
    links = [(link.first_id, link.then_id) for link in bundle.dependencies.all()] if bundle else []
    merged = merged_materials(versions, links, {case.version.matter_id: case.answers for case in cases})
    keep = {material.key: material for material in application.materials.all()}
    no_longer = application.materials.exclude(key__in=[each.key for each in merged])
    no_longer.filter(attachments=None, paper_received_at=None).delete()
    no_longer.update(is_required=False, needed_by=[])  # what came is kept, in case it is needed again
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


def may_simulate(application: Application) -> bool:
    """Return whether one of the application's matters may be examined before everything is there (模拟审批)."""
    return application.cases.filter(version__may_simulate=True).exists()


def _check_simulation(application: Application, answers: Answers) -> None:
    if not answers.is_simulated:
        return
    if not may_simulate(application):
        raise Invalid("cannot_simulate", "这项申请没有可以模拟审批的事项，请取消勾选。", field="is_simulated")
    if not answers.still_missing.strip():
        raise Invalid(
            "still_missing_required", "选择模拟审批的，请写明还缺哪些前置条件。", field="still_missing"
        )


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
