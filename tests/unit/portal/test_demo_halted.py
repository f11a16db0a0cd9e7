"""The abolished and the suspended matter of a demo, as a citizen, a program and a printer meet them."""

import pytest
from django.urls import reverse

from core.uploads import PDF
from matters.enums import MatterState
from matters.models import Bundle, Matter
from matters.selectors import published_matters, tally, theme_sizes
from matters.selectors.checking import catalogue_for_checks, checked
from matters.selectors.questions import Level
from portal.demo.halted import halt
from tests.api import Api, problem
from tests.unit.matters.test_views import text_of
from tests.unit.matters.test_views_situations import text_of as text_of_pdf

ABOLISHED, SUSPENDED = "CZJ-002", "MZJ-001"
SINCE = "自2017年11月5日起已经取消，不再办理"


@pytest.fixture
def world(world):
    halt(world.cast)
    return world


def results(world, query: str, **narrowing: str):
    return world.client().get(reverse("search"), {"q": query, **narrowing})


def test_fifty_matters_and_twelve_bundles_stay_what_is_offered(world):
    assert (published_matters().count(), Bundle.objects.filter(is_active=True).count()) == (50, 12)
    assert tally("", Level.TYPED).total == 50
    assert sum(size.for_persons for size in theme_sizes()) == tally("", Level.TYPED).by_facet["who"]["person"]


def test_preparing_again_publishes_nothing_anew(world):
    halt(world.cast)
    states = dict(Matter.objects.exclude(state=MatterState.IN_USE).values_list("code", "state"))
    assert states == {ABOLISHED: MatterState.CANCELLED, SUSPENDED: MatterState.SUSPENDED}
    assert Matter.objects.get(code=ABOLISHED).versions.count() == 1


@pytest.mark.parametrize("query", ["会计从业资格证", "会计证", "会计", "会计上岗证怎么办"])
def test_search_finds_the_abolished_matter_after_those_in_use(world, query):
    response = results(world, query)
    shown = response.context["results"]
    assert [card.code for card in shown.halted] == [ABOLISHED]
    assert ABOLISHED not in [card.code for card in shown.matters]
    said = text_of(response)
    for words in ("已取消", SINCE, "不再要求会计从业资格证书", "从事会计工作不用再办这个证"):
        assert words in said
    page = response.content.decode()
    assert page.index('id="found-halted"') > page.rfind('id="found-matters"')


def test_search_for_the_everyday_name_finds_what_is_in_use_first(world):
    shown = results(world, "会计证").context["results"]
    assert [card.code for card in shown.matters] == ["CZJ-001"]


def test_search_counts_and_narrows_only_what_is_in_use(world):
    shown = results(world, "会计从业资格证核发").context["results"]
    assert shown.halted_text == "1 个已暂停或取消的事项"
    assert shown.matters_text == f"{len(shown.matters)} 个事项"
    assert results(world, "会计证", topic="职业资格").context["results"].halted == []


def test_search_leaves_out_what_is_only_alike(world):
    assert results(world, "护照").context["results"].halted == []
    shown = results(world, "企业登记档案").context["results"]
    assert ([card.code for card in shown.matters], shown.halted) == (["SCJG-006"], [])


def test_suggestions_mark_what_is_suspended(world):
    said = text_of(world.client().get(reverse("search-suggestions"), {"q": "婚姻登记档案"}))
    assert "暂停办理 · 民政局" in said


@pytest.mark.parametrize("code", [ABOLISHED, SUSPENDED])
def test_pages_and_papers_say_so_and_start_nothing(world, code):
    client = world.client(world.citizen.user)
    words = SINCE if code == ABOLISHED else "自2026年9月1日起已暂停办理"
    instead = "从事会计工作不用再办这个证" if code == ABOLISHED else "补领结婚证或离婚证"
    pages = [
        client.get(reverse("matter", args=[code])),
        client.get(reverse("matter-situations", args=[code])),
        client.get(reverse("matter-leaflet", args=[code])),
        client.get(reverse("matter-blank-form", args=[code, 1])),
        client.post(reverse("matter-notice", args=[code])),
    ]
    for page in pages:
        assert page.status_code == 200
        said = text_of_pdf(page.content) if page["Content-Type"] == PDF else text_of(page)
        assert words in said
        assert instead in said
        assert "立即办理" not in said
    assert client.get(reverse("matter-qr", args=[code, "svg"])).status_code == 200
    refused = client.get(reverse("apply-matter", args=[code]))
    assert refused.status_code == 409
    assert words in text_of(refused)


def test_api_tells_the_same(world):
    found = Api().get("matters/", q="会计证").json()["results"]
    assert [(one["code"], one["state"]) for one in found] == [("CZJ-001", "1"), (ABOLISHED, "3")]
    assert found[1]["state_since"].startswith("2017-11-05T00:00")
    assert "CZJ-001" in found[1]["instead"]
    listed = Api().get("matters/", page_size=100).json()["results"]
    assert {one["state"] for one in listed} == {"1"}
    assert [one["code"] for one in Api().get("matters/", state=2).json()["results"]] == [SUSPENDED]
    problem(Api(world.citizen.user).post("applications/", {"matter": ABOLISHED}), 409, "matter_cancelled")


def test_what_is_suspended_could_be_published(world):
    (found,) = checked(catalogue_for_checks().filter(matter__code=SUSPENDED))
    assert [one for one in found.findings if one.blocks] == []
