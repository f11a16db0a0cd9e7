"""What publishing refuses: a figure the process cannot keep (浙江规定 §2, §4(4), §43(1))."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import Invalid
from matters.enums import HandlingForm, PresenceWaiver
from matters.trips.analysis import Analysis, Member, analyse, analyse_bundle
from matters.trips.facts import MAIL_TO_APPLICANT, Facts, Values


@dataclass(frozen=True)
class Objection:
    """One thing that is wrong: a code for machines, the element, and a sentence that says how to mend it."""

    code: str
    field: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def refusals(values: Values) -> list[Objection]:
    """Return why these elements may not be published as far as trips go; empty where they may.

    The published figure must lie between what every applicant can do and the promise; more than one trip, and
    a promise of one that some filing channel breaks, are for matters of the exceptions list alone (浙江规定
    §4(4): no unit may add to it).
    """
    facts = Facts.of(values)
    try:
        analysis = analyse(values)
    except Invalid as refusal:
        return [Objection(refusal.code, refusal.field, refusal.message), *_contradictions(values)]
    figure = _wrong_figure(analysis, facts.published, "max_trips")
    return [*figure, *_above_one(analysis, facts), *_contradictions(values)]


def bundle_refusals(
    members: Sequence[Member], dependencies: Iterable[tuple[str, str]] = (), *, trips_after: int
) -> list[Objection]:
    """Return why a bundle may not be published with this figure; it must hold without and with optional members."""
    pairs = tuple(dependencies)
    try:
        analysis = analyse_bundle(members, pairs)
    except Invalid as refusal:
        return [Objection(refusal.code, refusal.field, refusal.message)]
    found = [
        *_wrong_figure(analysis.required, trips_after, "trips_after"),
        *_wrong_figure(analysis.every, trips_after, "trips_after"),
    ]
    return list(dict.fromkeys(found))


def _wrong_figure(analysis: Analysis, published: int | None, field: str) -> list[Objection]:
    if published is None:
        return []
    if published < analysis.floor:
        hardest = max(analysis.situations, key=lambda one: one.least)
        causes = "；".join("、".join(visit.causes) for visit in hardest.channels[0].best.visits)
        where = f"在“{hardest.label}”情形下" if hardest.label else ""
        return [
            Objection(
                "trips_below_least",
                field,
                f"公布{published}次做不到：{where}选最好的走法也要跑{analysis.floor}次（{causes}）。"
                f"请公布{analysis.floor}次，或为到场事由增加免到场方式、开通结果寄送。",
            )
        ]
    if published > analysis.promise:
        return [
            Objection(
                "trips_above_promise",
                field,
                f"公布{published}次多于实际需要：选任一申报方式，最好的走法都不超过{analysis.promise}次。"
                f"请公布不超过{analysis.promise}次，或补写漏填的到场事由。",
            )
        ]
    return []


def _above_one(analysis: Analysis, facts: Facts) -> list[Objection]:
    if facts.exception_listed:
        return []
    if facts.published is not None and facts.published > 1:
        return [
            Objection(
                "trips_more_than_once",
                "max_trips",
                f"公布{facts.published}次，超过一次：只有列入省例外事项目录的事项可以。请改进流程，或注明目录文号。",
            )
        ]
    if analysis.earns_once:
        return []
    hardest = max(analysis.situations, key=lambda one: one.promise)
    channel = max(hardest.channels, key=lambda one: one.best.trips)
    causes = "；".join("、".join(visit.causes) for visit in channel.best.visits)
    return [
        Objection(
            "trips_promise_over_one",
            "handling_forms",
            f"选“{channel.channel.label}”申报的至少要跑{channel.best.trips}次（{causes}），不是最多跑一次。"
            "请开通结果寄送或电子证照，或为领取时的到场事由增加免到场方式。",
        )
    ]


def _contradictions(values: Values) -> list[Objection]:
    """Return where elements deny each other, so that a figure would rest on one of two words."""
    found = []
    no_mail_in = values.get("materials_by_mail") is False
    waivers = [waiver for row in values.get("presence") or [] for waiver in row.get("waived_by") or []]
    if no_mail_in and (
        HandlingForm.MAIL in (values.get("handling_forms") or []) or PresenceWaiver.MAIL in waivers
    ):
        found.append(
            Objection(
                "trips_mail_in_denied",
                "materials_by_mail",
                "“申报材料邮寄”为否，办理形式或免到场方式却写有邮寄，计算时按不能邮寄。请改成一致。",
            )
        )
    said = values.get("result_by_mail")
    mailed = values.get("express_supported") if said is None else said
    if MAIL_TO_APPLICANT in (values.get("delivery_options") or []) and not mailed:
        found.append(
            Objection(
                "trips_mail_out_denied",
                "result_by_mail",
                "送达方式写有快递，却不支持结果邮寄，计算时按不能寄送。请改成一致。",
            )
        )
    return found
