"""What is missing of a case examined before everything was there (模拟审批), and what has come of it since."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.enums import CaseStatus, DecisionOutcome
from applications.models import ApplicationMaterial, Attachment, Case, MissingItem, SimulatedDecision, Supply
from matters.enums import Disposition

LINE = re.compile(r"[\n；;]+")


@dataclass(frozen=True)
class Prerequisite:
    """One thing a simulated opinion may list: a material of the guide that has not come, or what the applicant named."""

    key: str
    name: str
    material: ApplicationMaterial | None = None


def prerequisites(case: Case) -> list[Prerequisite]:
    """Return all that may be listed as missing of a case, and so be asked for after the opinion; nothing else may be.

    These are the materials its guide demands that have not come, and what the applicant wrote they still lacked, one
    for each line.
    """
    kept = Attachment.objects.filter(material__application=case.application_id, removed_at=None)
    demanded = ApplicationMaterial.objects.filter(
        application=case.application_id,
        needed_by__contains=[case.version.name],
        disposition=Disposition.ASK,
        is_required=True,
        paper_received_at=None,
    ).exclude(attachments__in=kept)
    lines = (line.strip() for line in LINE.split(case.application.still_missing))
    named = dict.fromkeys(line for line in lines if line)
    return [
        *(Prerequisite(f"material-{each.pk}", each.name, each) for each in demanded.order_by("order")),
        *(Prerequisite(f"named-{n}", name[:200]) for n, name in enumerate(named, start=1)),
    ]


def opinion_waiting(case: Case) -> SimulatedDecision | None:
    """Return the simulated grant that waits for what it lists; None where nothing is awaited."""
    if case.status != CaseStatus.SIMULATED:
        return None
    return SimulatedDecision.objects.filter(
        case=case, outcome=DecisionOutcome.GRANTED, items__isnull=False
    ).first()


def open_supply(case: Case) -> Supply | None:
    """Return what was handed in and has not been answered."""
    if case.status != CaseStatus.SIMULATED:
        return None
    return Supply.objects.filter(opinion__case=case, answered_at=None).first()


def is_returned(case: Case) -> bool:
    """Return whether what was handed in last was said not to fit, and has not come again."""
    last = Supply.objects.filter(opinion__case=case).order_by("-id").first()
    return last is not None and last.is_fit is False


def awaited_since(material: ApplicationMaterial) -> datetime | None:
    """Return since when files of a material may be handed in after acceptance; None while none may.

    That is as long as a simulated opinion which lists it waits, and nobody checks what was handed in.
    """
    opinions = SimulatedDecision.objects.filter(
        items__material=material,
        case__status=CaseStatus.SIMULATED,
        outcome=DecisionOutcome.GRANTED,
    ).exclude(supplies__in=Supply.objects.filter(answered_at=None))
    opinion = opinions.first()
    return turn_since(opinion) if opinion else None


def turn_since(opinion: SimulatedDecision) -> datetime:
    """Return since when it is the applicant's turn: since the opinion, or since it was last said what does not fit."""
    last = opinion.supplies.exclude(answered_at=None).order_by("-id").first()
    return last.answered_at if last and last.answered_at else opinion.decided_at


def lacking(opinion: SimulatedDecision) -> list[ApplicationMaterial]:
    """Return what must still come: of each thing listed something new, as a file or on paper.

    What was handed in before and not said to be unfit need not come again.
    """
    returned = opinion.supplies.exclude(answered_at=None).order_by("-id").first()
    unfit = set(returned.unfit.values_list("pk", flat=True)) if returned else None
    since = turn_since(opinion)
    items = MissingItem.objects.filter(opinion=opinion).select_related("material")
    wanted = [each.material for each in items if unfit is None or each.material_id in unfit]
    return [material for material in wanted if not _has_come(material, since)]


def listed(opinion: SimulatedDecision) -> Sequence[ApplicationMaterial]:
    """Return the materials that a simulated opinion lists as missing, in order."""
    items = MissingItem.objects.filter(opinion=opinion).select_related("material").order_by("material__order")
    return [each.material for each in items]


def _has_come(material: ApplicationMaterial, since: datetime) -> bool:
    if material.paper_received_at and material.paper_received_at >= since:
        return True
    return material.attachments.filter(removed_at=None, uploaded_at__gte=since).exists()
