"""What one clerk does for one person at the window, as whole acts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from applications.enums import Channel
from applications.models import Application, ApplicationMaterial, Correction
from applications.permissions import require_counter
from applications.services import corrections, drafts, filing, intake, uploads
from core import codes
from core.errors import Invalid
from core.fields import blind_index
from core.models import Applicant, User
from core.services.applicants import find_or_create_applicant
from matters.enums import Role
from matters.models import Bundle, MatterVersion, ServicePoint
from matters.permissions import require

ON_PAPER = "已在窗口提交纸质材料"


@dataclass(frozen=True)
class Identity:
    """Who stands at the window, as typed from the identity document."""

    kind: str
    name: str
    id_type: str
    id_number: str
    phone: str
    address: str = ""
    contact_name: str = ""


@dataclass(frozen=True)
class Handed:
    """What was handed over: materials on paper (ids), files for materials (id → files), conditions that hold (keys)."""

    papers: frozenset[int] = frozenset()
    files: Mapping[int, Sequence[UploadedFile]] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()


@transaction.atomic
def open_draft(
    *,
    identity: Identity,
    version: MatterVersion | None,
    bundle: Bundle | None,
    chosen: Collection[str],
    place: ServicePoint,
    by: User,
    now: datetime,
    answers: Mapping[str, str] | None = None,
) -> Application:
    """Find the person or write them down, and start their draft at this service point; both or neither."""
    require_counter(by)
    applicant = find_or_create_applicant(
        kind=identity.kind,
        name=identity.name,
        id_type=identity.id_type,
        id_number=identity.id_number,
        phone=identity.phone or _known_phone(identity),
        address=identity.address,
        contact_name=identity.contact_name,
        by=by,
        now=now,
    )
    return drafts.start(
        applicant=applicant,
        by=by,
        now=now,
        channel=Channel.COUNTER,
        version=version,
        bundle=bundle,
        chosen=chosen,
        service_point=place,
        answers=answers,
    )


def receive(*, application_id: int, handed: Handed, by: User, now: datetime) -> None:
    """Take in what was handed over for a draft: ticks and files are kept even if something else is wrong.

    Raises Invalid with the field `file-<material>` for a file that cannot be taken; those before it stay.
    """
    _set_conditions(application_id, handed.conditions, by)
    uploads.receive_paper(application_id=application_id, material_ids=set(handed.papers), by=by, now=now)
    attach_handed(application_id, handed.files, by, now)


def take_files(
    *, application_id: int, files: Mapping[int, Sequence[UploadedFile]], by: User, now: datetime
) -> None:
    """Add scanned files to the materials of a draft, and touch nothing else that is being ticked meanwhile."""
    require_counter(by)
    attach_handed(application_id, files, by, now)


def settle(
    *, application_id: int, handed: Handed, situations: Mapping[str, str], by: User, now: datetime
) -> None:
    """Take in what was handed over, then say which situation it is: what has come is kept even if it is not needed."""
    receive(application_id=application_id, handed=handed, by=by, now=now)
    if situations:
        drafts.answer_situations(application_id=application_id, answers=situations, by=by, now=now)


def write_down(
    *,
    application_id: int,
    answers: drafts.Answers,
    handed: Handed,
    by: User,
    now: datetime,
    situations: Mapping[str, str] | None = None,
) -> Application:
    """Take in what was handed over and save what was dictated; a wrong answer loses no material."""
    settle(application_id=application_id, handed=handed, situations=situations or {}, by=by, now=now)
    return drafts.fill(application_id=application_id, answers=answers, by=by, now=now)


def hand_in(
    *,
    application_id: int,
    answers: drafts.Answers,
    handed: Handed,
    confirmed: bool,
    accept: bool,
    by: User,
    now: datetime,
    situations: Mapping[str, str] | None = None,
) -> Application:
    """Save everything and submit it, once the applicant has checked it; with `accept`, accept it in the same act.

    What was saved stays saved when submitting is refused. Raises what submitting and accepting raise.
    """
    write_down(
        application_id=application_id,
        answers=answers,
        handed=handed,
        by=by,
        now=now,
        situations=situations,
    )
    act = intake.submit_and_accept if accept else filing.submit
    return act(application_id=application_id, by=by, now=now, confirmed=confirmed)


def answer_correction(
    *,
    application_id: int,
    answers: Mapping[int, str],
    handed: Handed,
    place: ServicePoint,
    by: User,
    now: datetime,
) -> Correction:
    """Take in at the window what a correction notice asked for, and record the visit with its cause.

    An item whose material came on paper needs no sentence of its own.
    """
    require(by, Role.INTAKE)
    attach_handed(application_id, handed.files, by, now)
    with transaction.atomic():
        already = ApplicationMaterial.objects.filter(application_id=application_id)
        kept = set(already.exclude(paper_received_at=None).values_list("pk", flat=True))
        uploads.receive_paper(
            application_id=application_id, material_ids=kept | handed.papers, by=by, now=now
        )
        return corrections.answer(
            application_id=application_id,
            answers=_with_papers(application_id, answers, handed.papers),
            by=by,
            now=now,
            channel=Channel.COUNTER,
            place=place,
        )


def _known_phone(identity: Identity) -> str:
    """Return the phone already written down for an identity; nothing to type twice."""
    index = blind_index(codes.normalise(identity.id_number))
    known = Applicant.objects.filter(id_type=identity.id_type, id_index=index).first()
    return known.phone if known else ""


def _with_papers(application_id: int, answers: Mapping[int, str], papers: Collection[int]) -> dict[int, str]:
    correction = Correction.objects.get(application_id=application_id)
    on_paper = correction.items.filter(material_id__in=papers).values_list("pk", flat=True)
    return dict.fromkeys(on_paper, ON_PAPER) | {pk: text for pk, text in answers.items() if text.strip()}


@transaction.atomic
def _set_conditions(application_id: int, conditions: Sequence[str], by: User) -> None:
    application = drafts.editable(application_id, by)
    if list(conditions) != application.conditions:
        application.conditions = list(conditions)
        application.save(update_fields=["conditions"])
        drafts.set_required(application)


def attach_handed(
    application_id: int, files: Mapping[int, Sequence[UploadedFile]], by: User, now: datetime
) -> None:
    """Attach what was handed over (material id → files); names the field of the one that cannot be taken."""
    own = set(ApplicationMaterial.objects.filter(application_id=application_id).values_list("pk", flat=True))
    for material_id, given in files.items():
        if material_id not in own:
            raise Invalid("unknown_material", "上传的文件不属于本申请的材料，请刷新页面后重试。")
        for upload in given:
            try:
                uploads.attach(material_id=material_id, upload=upload, by=by, now=now)
            except Invalid as wrong:
                raise Invalid(
                    wrong.code, f"“{upload.name}”：{wrong.message}", field=f"file-{material_id}"
                ) from wrong
