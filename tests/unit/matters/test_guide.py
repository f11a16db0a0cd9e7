"""The guide that people read: every element of a version, in words, and nothing that is not said."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from matters.catalogue.fields import Field, Inner, Many, Objects
from matters.catalogue.format import GUIDE, MATTERS
from matters.catalogue.kinds import Address, Choice, Day, Text, Whole, YesNo
from matters.enums import MatterState
from matters.models import Matter
from matters.presenters import GuidePresenter
from matters.presenters.sections import FIELDS
from matters.selectors import matter_for_guide, service_points
from tests.unit.matters.conftest import NOW

pytestmark = pytest.mark.django_db

# Drive the page without being words on it, or are said by other words there.
NOT_WORDS = {
    "when", "situations", "key", "waived_by", "after", "staff_min", "level", "satisfies",
    "blank_form", "sample_form", "sample", "max_trips", "trips_before_reform", "effective_on", "cancel_on",
}  # fmt: skip


def filled(field: Field, path: str) -> object:
    """A value for an element that can be found again: the path itself wherever it takes words."""
    kind, mark = field.kind, f"〔{path}〕"
    if isinstance(kind, Text):
        return mark[: kind.max_length or 200]
    if isinstance(kind, Address):
        return f"https://{path.replace('_', '-').replace('.', '-')}.example/"
    if isinstance(kind, Inner):
        return {one.key: filled(one, f"{path}.{one.key}") for one in kind.fields}
    if isinstance(kind, Objects):
        return [
            {one.key: filled(one, f"{path}.{one.key}") for one in kind.fields if one.key not in NOT_WORDS}
        ]
    if isinstance(kind, Many):
        return [filled(Field("item", kind.item), f"{path}.item")]
    if isinstance(kind, YesNo):
        return True
    if isinstance(kind, Whole):
        return min(kind.most, 7)
    if isinstance(kind, Day):
        return "2019-01-01"
    if isinstance(kind, Choice):
        return kind.choices.values[-1]
    return "AAA"


@pytest.fixture
def full(load, small) -> Matter:
    """A matter whose guide says something of every element."""
    matter = small["matters"][0]
    fixed = {"code", "department", "joint_departments", "main_item", "service_points", "situations", "presence",
             "materials", "flow", "pre_review", "max_trips", "effective_on", "cancel_on", "item_type_code",
             "deviations"}  # fmt: skip
    for one in MATTERS.fields:
        if one.key not in fixed:
            matter[one.key] = filled(one, one.key)
    matter["joint_departments"], matter["service_points"] = ["BBB"], ["HALL"]
    matter["handling_forms"] = [1, 2]
    material = next(one for one in MATTERS.fields if one.key == "materials")
    matter["materials"] = filled(material, "materials")
    matter["materials"][0] |= {"key": "FORM", "shared_data": False, "blank_form": "a" * 64, "max_size_mib": 7}
    matter["flow"][0] |= {
        "produces": "〔produces〕",
        "note": "〔step note〕",
        "unit": "〔step unit〕",
        "commitment": True,
    }
    matter["pre_review"] = [{"key": "look", "name": "〔look〕", "kind": "inspect", "department": "BBB"}]
    load(small)
    return Matter.objects.get(code="A-1")


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for key, one in value.items() if key not in NOT_WORDS for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) and ("〔" in value or ".example" in value) else []


def test_guide_shows_every_element_of_a_version(client, full):
    page = client.get(reverse("matter", args=["A-1"])).content.decode()
    missing = [text for text in texts(full.current.content) if escape(text) not in page]
    assert not missing


def test_no_element_is_forgotten_by_the_sections(full):
    guide = GuidePresenter(matter_for_guide("A-1"), service_points())
    assert set(FIELDS) - guide.text._said == set()
    assert list(guide.sections) == [
        "who", "how-long", "how", "where", "fees", "result", "questions", "basis", "rights", "contact", "origin",
    ]  # fmt: skip


def test_guide_names_departments_by_their_names(client, full):
    page = client.get(reverse("matter", args=["A-1"])).content.decode()
    assert re.search(r"联办机构</dt><dd>乙局", page)
    assert re.search(r"行使层级</dt><dd>分级管理", page)


def test_guide_leaves_out_what_is_not_said(client, loaded):
    page = client.get(reverse("matter", args=["A-1"])).content.decode()
    for label in ("数量限制", "行政复议", "常见问题", "中介服务", "自助终端", "未填写", "None"):
        assert label not in page


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        (
            {"name": "公示", "days": 20, "unit": "day", "counts_time": False},
            "公示 · 20天（自然日） · 不计入办理时限",
        ),
        ({"name": "听证", "counts_time": True}, "听证 · 计入办理时限"),
        ({"name": "检验"}, "检验"),
    ],
)
def test_special_procedures_say_whether_they_count(load, small, procedure, expected):
    small["matters"][0]["special_procedures"] = [procedure]
    load(small)
    rows = GuidePresenter(matter_for_guide("A-1")).sections["how-long"].rows
    assert [row["value"] for row in rows if row["label"] == "特别程序"] == [expected]


def test_guide_says_nothing_of_a_reason_where_there_is_none(load, small):
    small["matters"][0]["on_site_reason"] = "无（网上办）"
    load(small)
    labels = [row["label"] for row in GuidePresenter(matter_for_guide("A-1")).sections["how"].rows]
    assert "为什么要到现场" not in labels


def test_guide_lists_only_the_points_that_take_it(load, small):
    second = small["service_points"][0] | {"code": "TOWN", "name": "镇上"}
    small["service_points"].append(second)
    small["matters"][0]["service_points"] = ["TOWN"]
    load(small)
    points = list(service_points())
    assert [row["label"] for row in GuidePresenter(matter_for_guide("A-1"), points).where] == ["镇上"]
    assert len(GuidePresenter(matter_for_guide("B-1"), points).where) == 2


@pytest.mark.parametrize(
    ("state", "said"),
    [(MatterState.SUSPENDED, "2026年10月12日起已暂停办理"), (MatterState.CANCELLED, "已经取消，不再办理")],
)
def test_guide_of_a_matter_not_in_use_says_why_and_offers_no_application(client, loaded, state, said):
    Matter.objects.filter(code="A-1").update(state=state, state_since=NOW, state_reason="系统改造。")
    for path in ("/matters/A-1/", "/matters/A-1/situations/"):
        page = client.get(path).content.decode()
        assert said in page
        assert "系统改造。" in page
        assert "立即办理" not in page


def test_guide_of_a_matter_in_use_offers_the_application(client, loaded):
    assert "立即办理" in client.get("/matters/A-1/").content.decode()


def test_guide_asks_the_database_no_more_for_more_materials(
    client, load, small, django_assert_max_num_queries
):
    load(small)
    with CaptureQueriesContext(connection) as few:
        client.get("/matters/A-1/")
    small["matters"][0]["materials"] = [
        small["matters"][0]["materials"][0] | {"name": f"材料{n}", "key": f"K{n}"} for n in range(30)
    ]
    load(small)
    with django_assert_max_num_queries(len(few)):
        client.get("/matters/A-1/")


def test_every_guide_of_the_demo_says_its_laws_and_answers(client, demo):
    for code in ("SCJG-007", "GAJ-001", "CGJ-002"):
        page = client.get(f"/matters/{code}/").content.decode()
        content = Matter.objects.get(code=code).current.content
        assert f"《{content['legal_bases'][0]['law']}》" in page
        assert content["questions"][0]["question"] in page
        assert json.dumps(content["legal_bases"], ensure_ascii=False) not in page


def test_sections_have_titles_of_the_catalogue_for_every_field():
    assert all(one.label for _, fields in GUIDE.values() for one in fields)
