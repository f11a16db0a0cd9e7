"""The wizard: one question a page, then exactly what to bring, on the screen and on paper."""

import re

import pypdfium2
import pytest
from django.urls import reverse

from matters.models import Matter
from matters.presenters.situation import BundleSituation, MatterSituation
from matters.selectors import bundle_for_guide, matter_for_guide
from tests.world import forget_cached

pytestmark = pytest.mark.django_db

PASSPORT = "/matters/GAJ-001/situations/"
CATERING = "/bundles/B01/situations/"


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        said = "".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", "", said)


def names(page) -> list[str]:
    return [row.name for row in page.materials.asked]


@pytest.fixture(autouse=True)
def _nobody_was_here_before():
    forget_cached()


# --- one matter ---------------------------------------------------------------------------------------------------
def test_wizard_asks_one_question_after_another(client, demo):
    page = client.get(PASSPORT).content.decode()
    assert "首次申请，还是换发、补发？" in page
    assert "申请人多大？" not in page
    page = client.get(PASSPORT, {"kind": "first"}).content.decode()
    assert "申请人多大？" in page
    assert 'name="kind" value="first"' in page
    # a child's employer is not asked for
    assert "您要带" in client.get(PASSPORT, {"kind": "first", "age": "child"}).content.decode()
    assert "国家工作人员" in client.get(PASSPORT, {"kind": "first", "age": "adult"}).content.decode()


@pytest.mark.parametrize(
    ("answers", "brought"),
    [
        (
            {"kind": "first", "age": "child"},
            ["中国公民出入境证件申请表", "近期免冠证件照（电子）", "监护人身份及监护关系证明"],
        ),
        (
            {"kind": "renewal", "age": "adult", "registered_staff": "yes"},
            ["中国公民出入境证件申请表", "近期免冠证件照（电子）", "单位或上级主管部门同意办理的证明"],
        ),
        (
            {"kind": "renewal", "age": "adult", "registered_staff": "no"},
            ["中国公民出入境证件申请表", "近期免冠证件照（电子）"],
        ),
    ],
)
def test_wizard_ends_in_exactly_what_to_bring(client, demo, answers, brought):
    page = MatterSituation(matter_for_guide("GAJ-001"), answers)
    assert names(page) == brought
    shown = client.get(PASSPORT, answers).content.decode()
    assert f"您要带 {len(brought)} 份材料" in shown
    assert all(name in shown for name in brought)
    assert "适用情形" not in shown


def test_wizard_counts_the_trips_of_the_situation(demo):
    version = matter_for_guide("GAJ-001")
    first = MatterSituation(version, {"kind": "first", "age": "child"})
    again = MatterSituation(version, {"kind": "renewal", "age": "child"})
    assert (first.trips.analysis.least, again.trips.analysis.least) == (1, 0)


def test_wizard_says_which_answer_calls_for_a_material(demo):
    page = MatterSituation(matter_for_guide("GAJ-001"), {"kind": "first", "age": "child"})
    assert "因为您选了：未满16周岁" in page.materials.asked[-1].note


def test_wizard_says_an_answer_that_means_nothing_alone_with_its_question(demo):
    answers = {"kind": "first", "age": "adult", "registered_staff": "yes"}
    page = MatterSituation(matter_for_guide("GAJ-001"), answers)
    notes = [item.note for item in page.materials.asked if "因为您选了" in item.note]
    assert any("因为您选了：已满16周岁、申请人是不是登记备案的国家工作人员？是" in note for note in notes), (
        notes
    )


def test_wizard_carries_the_answers_to_the_application(client, demo):
    shown = client.get(PASSPORT, {"kind": "first", "age": "child"}).content.decode()
    assert f"{reverse('apply-matter', args=['GAJ-001'])}?kind=first&amp;age=child" in shown


def test_wizard_leads_back_to_each_answer(demo):
    page = MatterSituation(matter_for_guide("GAJ-001"), {"kind": "first", "age": "child"})
    assert [one.url for one in page.answered] == [PASSPORT, f"{PASSPORT}?kind=first"]
    assert page.back_url == f"{PASSPORT}?kind=first"


@pytest.mark.parametrize(
    "query", [{"kind": "nonsense"}, {"weather": "rain"}, {"kind": ""}, {"age": "child\0"}]
)
def test_wizard_answers_what_it_does_not_offer_with_a_way_on(client, demo, query):
    response = client.get(PASSPORT, query)
    assert response.status_code == 422
    assert "请重新选择" in response.content.decode()
    assert "首次申请，还是换发、补发？" in response.content.decode()


def test_wizard_says_when_nothing_was_chosen(client, demo):
    response = client.get(PASSPORT, {"~step": "kind"})
    assert response.status_code == 422
    assert "请选择一项，再继续" in response.content.decode()


def test_wizard_of_a_matter_without_questions_shows_the_list_at_once(client, demo):
    assert "您要带" in client.get("/matters/CGJ-001/situations/").content.decode()


def test_wizard_of_an_unknown_matter_is_not_found(client, demo):
    assert client.get("/matters/NOPE/situations/").status_code == 404


# --- a bundle -----------------------------------------------------------------------------------------------------
def test_bundle_asks_first_which_members_are_wanted(client, demo):
    assert "还要一起办哪些？" in client.get(CATERING).content.decode()
    page = client.get(CATERING, {"~with": ""}).content.decode()
    assert "由谁来办理？" in page


def test_bundle_asks_only_what_its_chosen_members_ask_and_each_once(demo):
    guide = bundle_for_guide("B01")
    without = BundleSituation(guide, {}, [])
    assert [one["key"] for one in without.situation.joined.values["situations"]] == ["agent", "pre_licence"]
    wanted = BundleSituation(guide, {}, ["ZJJ-002"])
    assert "key_discharger" in [one["key"] for one in wanted.situation.joined.values["situations"]]


def test_bundle_brings_the_power_of_attorney_once(demo):
    guide = bundle_for_guide("B01")
    agent = BundleSituation(guide, {"agent": "agent", "pre_licence": "no"}, [])
    alone = BundleSituation(guide, {"agent": "self", "pre_licence": "no"}, [])
    assert names(agent).count("授权委托书及受托人身份证") == 1
    assert set(names(agent)) - set(names(alone)) == {"授权委托书及受托人身份证"}


def test_bundle_keeps_the_chosen_members_on_the_way(client, demo):
    shown = client.get(CATERING, {"~with": "ZJJ-002", "agent": "self", "pre_licence": "no"}).content.decode()
    assert 'name="~with" value="ZJJ-002"' in shown
    assert "重点排污单位" in shown


# --- on paper -----------------------------------------------------------------------------------------------------
def notice(client, path: str, **answers):
    return client.post(path, answers)


def test_notice_is_numbered_without_gaps_and_says_what_to_bring(client, demo):
    first = notice(client, "/matters/GAJ-001/notice/", kind="first", age="child")
    assert first["Content-Type"] == "application/pdf"
    assert "no-store" in first["Cache-Control"]
    said = text_of(first.content)
    for words in ("一次性告知单", "普通护照签发", "要带的材料（3份）", "监护人身份及监护关系证明", "办事指南第1版",
                  "第000001号", "跑1次"):  # fmt: skip
        assert words in said
    second = text_of(notice(client, "/matters/GAJ-001/notice/", kind="renewal", age="child").content)
    assert "第000002号" in second


def test_notice_of_an_unfinished_situation_is_refused_and_takes_no_number(client, demo):
    assert notice(client, "/matters/GAJ-001/notice/", kind="first").status_code == 422
    said = text_of(notice(client, "/matters/GAJ-001/notice/", kind="first", age="child").content)
    assert "第000001号" in said


def test_notice_is_not_printed_by_merely_looking(client, demo):
    assert client.get("/matters/GAJ-001/notice/").status_code == 405


def test_notice_of_a_bundle_lists_what_all_members_need(client, demo):
    given = {"~with": "", "agent": "agent", "pre_licence": "no"}
    said = text_of(client.post("/bundles/B01/notice/", given).content)
    assert "餐饮企业开办一件事" in said
    assert said.count("授权委托书及受托人身份证") == 1


def test_notice_prints_whatever_a_guide_is_called(client, load, small):
    small["matters"][0]["name"] = "开店#登记$[[田𠮷😀]]"
    load(small)
    said = text_of(client.post("/matters/A-1/notice/").content)
    assert "开店#登记$[[田" in said


def test_notices_are_not_printed_by_the_hundred(client, demo):
    codes = {
        notice(client, "/matters/GAJ-001/notice/", kind="first", age="child").status_code for _ in range(25)
    }
    assert codes == {200, 429}


def test_situation_reads_the_version_in_force(client, load, small):
    load(small)
    assert Matter.objects.get(code="A-1").current.number == 1
    small["matters"][0]["situations"] = [
        {
            "key": "kind",
            "text": "新办？",
            "answers": [{"key": "a", "label": "是"}, {"key": "b", "label": "否"}],
        }
    ]
    load(small)
    assert "新办？" in client.get("/matters/A-1/situations/").content.decode()
