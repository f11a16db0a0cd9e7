"""The steps of a road as Chinese sentences, one a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matters.enums import HandlingForm, PresenceBy, PresenceNeed, PresenceWaiver, PresenceWhen
from matters.trips.choices import Correction, Receipt, Visit
from matters.trips.facts import MAIL_TO_APPLICANT, Facts, Reason

if TYPE_CHECKING:
    from matters.trips.routes import Route

# What online filing says where computer and phone lead down one road.
ONLINE = "在电脑或手机上填写申请、上传材料并提交，不用到窗口。"
HAND_IN, CORRECT, RECEIVE = "递交申请材料", "补正材料", "领取结果"
_NEEDS = {
    PresenceNeed.IDENTITY: "核验身份",
    PresenceNeed.BIOMETRICS: "采集指纹照片",
    PresenceNeed.SIGNATURE: "签字",
    PresenceNeed.ORIGINAL_CHECK: "核对原件",
    PresenceNeed.SURRENDER: "交回旧证",
}
_FILING = {
    HandlingForm.WEB: "在电脑上填写申请、上传材料并提交，不用到窗口。",
    HandlingForm.MOBILE: "用手机填写申请、上传材料并提交，不用到窗口。",
    HandlingForm.MAIL: "把申请材料邮寄过去，不用到窗口。",
    HandlingForm.OTHER: "按指南写明的其他方式（如电话）提出申请，不用到窗口。",
}
_CORRECTING = {
    HandlingForm.WEB: "网上",
    HandlingForm.MOBILE: "手机",
    HandlingForm.MAIL: "邮寄",
    HandlingForm.OTHER: "其他方式",
}
_WAYS = {
    MAIL_TO_APPLICANT: "快递送到家",
    "上门送达": "由工作人员送上门",
    "上门服务": "由工作人员上门办好",
    "电子送达": "在网上领取",
    "银行代发": "款项直接打入银行账户",
    "电子证照": "领取与纸质同等效力的电子证照",
}
_NOTICES = {"短信告知": "短信", "APP 通知": "手机应用"}


@dataclass(frozen=True)
class Sentence:
    """One step in words; `trip` is which visit it is, 0 for what is done without coming."""

    text: str
    trip: int = 0


def of(route: Route) -> Iterator[Sentence]:
    """Yield the steps of a road in their order, from filing to the result in the hand."""
    visits = iter(enumerate(route.visits, start=1))
    yield from _file(route, visits)
    if route.correction:
        yield from _correct(route, visits)
    yield from _work(route)
    yield from _receive(route, visits)


def cause(case: Facts, reason: Reason, route: Route) -> str:
    """Return why to come in a few words; in a bundle with the name of the matter that asks for it."""
    need = _NEEDS[reason.need] if reason.need else "到场办理"
    return f"“{case.name}”{need}" if len(route.cases) > 1 else need


Visits = Iterator[tuple[int, Visit]]


def _file(route: Route, visits: Visits) -> Iterator[Sentence]:
    reasons = route.reasons(PresenceWhen.FILING)
    if route.channel != HandlingForm.WINDOW:
        yield Sentence(_FILING[route.channel])
        if any(case.inspected and case.inspected_before for case in route.cases):
            yield Sentence("受理前工作人员上门勘查，您在约好的时间在场即可，不用跑窗口。")
    if route.comes:
        yield _visit(visits, route, reasons)
    else:
        yield from _waived(route, reasons)


def _correct(route: Route, visits: Visits) -> Iterator[Sentence]:
    yield Sentence("材料不齐的，部门一次告知全部要补正的内容。")
    if route.correction == Correction.AT_COUNTER:
        yield _visit(visits, route)
        return
    offered = dict.fromkeys(form for case in route.cases for form in case.corrections)
    ways = "、".join(_CORRECTING[form] for form in offered if form in _CORRECTING)
    yield Sentence(f"{ways}都可以补正，不用到窗口。" if "、" in ways else f"{ways}补正，不用到窗口。")


def _work(route: Route) -> Iterator[Sentence]:
    if any(_inspected_later(case, route.channel) for case in route.cases):
        yield Sentence("工作人员上门核查，您在约好的时间在场即可，不用跑窗口。")
    for first in dict.fromkeys(first for first, _ in route.order):
        then = "、".join(f"“{then}”" for before, then in route.order if before == first)
        yield Sentence(f"“{first}”办成后，由系统转办{then}，中间不用您跑。")
    if route.receipt == Receipt.ON_THE_SPOT:
        yield Sentence("材料齐全的，部门当场作出决定，您稍等即可。")
    elif all(case.instant for case in route.cases):
        yield Sentence("材料齐全的，部门即时作出决定。")
    else:
        yield Sentence("部门在内部审查办理，这期间不用您跑。")


def _inspected_later(case: Facts, channel: HandlingForm) -> bool:
    return case.inspected and not (case.inspected_before and channel != HandlingForm.WINDOW)


def _receive(route: Route, visits: Visits) -> Iterator[Sentence]:
    reasons = route.reasons(PresenceWhen.COLLECTION)
    if route.receipt == Receipt.FETCHED:
        yield _visit(visits, route, reasons)
    elif route.receipt == Receipt.ON_THE_SPOT:
        also = "".join(f"、{cause(case, reason, route)}" for case, reason in reasons)
        yield Sentence(f"当场领取{_results(route.cases)}{also}，不用再来。")
    else:
        yield from _waived(route, reasons)
        for ways in dict.fromkeys(case.delivery for case in route.cases):
            alike = [case for case in route.cases if case.delivery == ways]
            yield Sentence(_brought(alike, ways))


def _visit(visits: Visits, route: Route, reasons: Iterable[tuple[Facts, Reason]] = ()) -> Sentence:
    """Return a visit in words; what is done there once the decision has been made has a sentence of its own."""
    number, visit = next(visits)
    later = route.receipt == Receipt.ON_THE_SPOT and RECEIVE in visit.causes
    causes = visit.causes[: visit.causes.index(RECEIVE)] if later else visit.causes
    said = "；".join(dict.fromkeys(reason.text.rstrip("。") for _, reason in reasons if reason.text))
    who = "须本人到场" if visit.by == PresenceBy.APPLICANT else "可由他人代办"
    return Sentence(f"第{number}次到窗口：{'、'.join(causes)}，{who}{f'；{said}' if said else ''}。", number)


def _waived(route: Route, reasons: Iterable[tuple[Facts, Reason]]) -> Iterator[Sentence]:
    for case, reason in reasons:
        waivers = reason.waivers(route.channel, mail_in=case.mail_in)
        ways = "或".join(PresenceWaiver(waiver).label for waiver in waivers)
        yield Sentence(f"{cause(case, reason, route)}：{ways}即可，不用到窗口。")


def _results(cases: Iterable[Facts]) -> str:
    return "、".join(dict.fromkeys(case.result or "办理结果" for case in cases))


def _brought(cases: list[Facts], ways: tuple[str, ...]) -> str:
    if not ways:
        return f"{_results(cases)}：办结即生效，没有要领取的东西。"
    brought = "，或".join(_WAYS[way] for way in ways if way in _WAYS)
    notices = "、".join(_NOTICES[way] for way in ways if way in _NOTICES)
    told = f"以{notices}告知" if notices else ""
    return f"{_results(cases)}：{'，并'.join(part for part in (brought, told) if part)}，不用到窗口。"
