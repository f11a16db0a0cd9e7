"""What papers for applicants say: plain data for the templates of `core/documents`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.clock import local_date
from core.documents.renderer import qr_svg
from matters.enums import ServiceObject
from matters.models import MatterVersion
from matters.presenters.guide import GuidePresenter, Standing
from matters.presenters.materials import MaterialRow, MaterialsPresenter
from matters.presenters.sections import Section
from matters.presenters.situation import SituationPage

Data = dict[str, Any]
STATES = {"needed": "需提交", "deferred": "可容缺后补", "free": "免提交", "internal": "内部流转"}
PERSON_FIELDS = ("姓名", "证件号码", "联系电话", "电子邮箱")
BODY_FIELDS = ("单位名称", "统一社会信用代码", "法定代表人", "联系电话")


def notice(page: SituationPage, *, address: str, now: datetime) -> Data:
    """Return what the list of what to bring (一次性告知单) says, without its number."""
    return {
        "title": "一次性告知单",
        "matter": page.name,
        "issuer": page.department.name,
        "version": f"办事指南{page.version_text}",
        "standing": _standing(page.standing),
        "day": _day(now),
        "answers": [{"question": one.question, "answer": one.answer} for one in page.answered],
        **_materials(page.materials),
        "trips": trip_sentences(page),
        "facts": [_fact(row) for row in page.facts] + _phones(page),
        "address": address,
        "qr": qr_svg(address),
    }


def trip_sentences(page: SituationPage) -> list[str]:
    """Return the best road of each channel as a sentence, or why there is no figure."""
    if page.trips.problem:
        return [page.trips.problem]
    return [f"{road.title}：跑 {road.trips} 次。{road.detail}。" for road in page.trips.best]


def leaflet(guide: GuidePresenter, *, address: str, now: datetime) -> Data:
    """Return what one page in everyday words says of a matter."""
    return {
        "title": guide.name,
        "everyday": guide.everyday_words,
        "trips": guide.trips,
        "promise": guide.trips_text,
        "standing": _standing(guide.standing),
        "facts": [
            {"label": "多久办好", "value": guide.promised},
            {"label": "收费", "value": guide.version.fee},
            {"label": "办好后拿到", "value": guide.version.result_name},
        ],
        **_materials(guide.materials),
        "reasons": guide.trip_reasons,
        "where": [_fact(row) for row in guide.where],
        "phone": guide.department.consult_phone,
        "issuer": guide.department.name,
        "code": guide.code,
        "version": guide.number,
        "day": _day(now),
        "address": address,
        "qr": qr_svg(address),
    }


def blank_form(version: MatterVersion, row: Mapping[str, Any]) -> Data:
    """Return the blank form of one material, made from the guide: who applies, for what, and a signature."""
    is_for_people = ServiceObject.NATURAL in version.service_objects
    return {
        "title": row["name"],
        "matter": version.name,
        "code": version.matter.code,
        "issuer": version.matter.department.name,
        "standing": _standing(Standing.of(version)),
        "version": f"第{version.number}版",
        "day": _day(version.published_at) if version.published_at else "",
        "fields": PERSON_FIELDS if is_for_people else BODY_FIELDS,
        "subject": "申请内容（写不下的可以附页）：",
        "note": row.get("filling_note") or "",
    }


def book(guides: Iterable[GuidePresenter], *, title: str, issuer: str, address: str, day: str) -> Data:
    """Return what a book of guides says, department after department."""
    departments: dict[str, list[Data]] = {}
    count = 0
    for guide in guides:
        departments.setdefault(guide.department.name, []).append(_chapter(guide))
        count += 1
    return {
        "title": title,
        "issuer": issuer,
        "count": count,
        "day": day,
        "departments": [{"name": name, "matters": found} for name, found in departments.items()],
        "address": address,
        "qr": qr_svg(address),
    }


def _standing(standing: Standing | None) -> str:
    return standing.text if standing else ""


def _chapter(guide: GuidePresenter) -> Data:
    steps = [
        {"label": f"第{n}步", "value": one.title, "note": one.text} for n, one in enumerate(guide.steps, 1)
    ]
    flow = [Section("flow", "部门怎么办理", steps)] if steps else []
    return {
        "name": guide.name,
        "code": guide.code,
        "version": guide.number,
        "everyday": guide.everyday_words,
        "standing": _standing(guide.standing),
        "facts": [_fact(row) for row in guide.facts],
        "before": [_section(one) for one in guide.before],
        **_materials(guide.materials),
        "after": [_section(one) for one in [*guide.after, *flow, *guide.last, guide.origin]],
    }


def _section(section: Section) -> Data:
    return {"title": section.title, "rows": [_fact(row) for row in section.rows]}


def _materials(materials: MaterialsPresenter) -> Data:
    return {
        "bring": [_material(row) for row in materials.asked],
        "spared": [_material(row) for row in materials.free],
    }


def _material(row: MaterialRow) -> Data:
    return {"name": row.name, "note": row.note, "state": STATES[row.state]}


def _fact(row: Mapping[str, Any]) -> Data:
    return {name: str(row.get(name) or "") for name in ("label", "value", "note")}


def _phones(page: SituationPage) -> list[Data]:
    phone = page.department.consult_phone
    return [{"label": "咨询电话", "value": phone, "note": ""}] if phone else []


def _day(moment: datetime) -> str:
    return local_date(moment).isoformat()
