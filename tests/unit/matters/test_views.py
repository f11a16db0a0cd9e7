import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matters.models import Bundle, Matter, MatterVersion
from matters.presenters import GuidePresenter
from matters.presenters import results as results_module
from matters.presenters.highlight import highlighted
from matters.selectors.hits import Hit
from matters.services import search_index


def found(client, **asked: object):
    response = client.get(reverse("search"), asked)
    assert response.status_code == 200
    return response.context["results"]


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


# --- search -------------------------------------------------------------------------------------------------------


def all_found(client, **asked: object) -> list[Hit]:
    """The entries of every page, by the links from each to the next."""
    results = found(client, **asked)
    entries = [card.hit for card in results.matters]
    while results.next_url:
        results = client.get(results.next_url).context["results"]
        entries += [card.hit for card in results.matters]
    return entries


def test_search_without_words_shows_all_matters_and_no_bundles(world):
    published = MatterVersion.objects.filter(status="published")
    entries = all_found(world.client())
    assert sorted(entry.code for entry in entries) == sorted(published.values_list("matter__code", flat=True))
    results = found(world.client())
    assert results.matters_text == f"{published.count()} 个事项"
    assert results.bundles == []


def test_search_pages_lead_on_and_back(world):
    client = world.client()
    first = found(client)
    assert (len(first.matters), first.page_text, first.previous_url) == (24, "第 1 页", "")
    second = client.get(first.next_url).context["results"]
    assert client.get(second.previous_url).context["results"].matters == first.matters
    assert found(client, page=99).page == 1


def test_search_ends_after_its_last_page_and_says_so(world, monkeypatch):
    monkeypatch.setattr(results_module, "LAST_PAGE", 2)
    client = world.client()
    results = found(client, page=2)
    assert results.next_url == ""
    assert results.must_narrow
    assert "请加一个词" in text_of(client.get(reverse("search"), {"page": 2}))


def test_search_finds_matters_and_bundles_together(world):
    results = found(world.client(), q="食品经营许可")
    assert "SCJG-007" in [card.code for card in results.matters]
    assert results.bundles


def test_search_leads_to_all_bundles_where_it_shows_only_the_first(world):
    results = found(world.client(), q="登记")
    assert (len(results.bundles), results.bundles_text) == (6, "6 个以上一件事")
    assert found(world.client(), q="人才居住证").bundles_text == "1 个一件事"


def test_search_by_everyday_words_finds_the_bundle_too(world):
    page = text_of(world.client().get(reverse("search"), {"q": "开饭店"}))
    assert "餐饮企业开办一件事" in page
    assert "食品经营许可" in page


def test_search_marks_what_was_found_and_escapes_what_was_typed(world):
    client = world.client()
    assert "<mark>护照</mark>" in client.get(reverse("search"), {"q": "护照"}).content.decode()
    page = client.get(reverse("search"), {"q": "<script>护照"}).content.decode()
    assert "&lt;script&gt;护照" in page
    assert "<script>护照" not in page


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"department": "GAJ"}, lambda version: version.matter.department.code == "GAJ"),
        ({"channel": "4"}, lambda version: 4 in version.handling_forms),
        ({"topic": "不动产"}, lambda version: version.topic == "不动产"),
        ({"who": "person"}, lambda version: 1 in version.service_objects),
        ({"who": "company"}, lambda version: set(version.service_objects) - {1}),
        ({"instant": "1"}, lambda version: version.is_instant),
        ({"trips": "0"}, lambda version: version.max_trips == 0),
        ({"trips": "1"}, lambda version: version.max_trips <= 1),
    ],
)
def test_search_facets_narrow(world, asked, holds):
    client = world.client()
    everything = [world.version(entry.code) for entry in all_found(client)]
    expected = [version.matter.code for version in everything if holds(version)]
    assert 0 < len(expected) <= len(everything)
    assert [entry.code for entry in all_found(client, **asked)] == expected


def test_search_facets_say_how_many_they_would_leave(world):
    client = world.client()
    for facet in found(client, q="登记").facets:
        for choice in facet.choices:
            results = client.get(choice.url).context["results"]
            assert len(results.matters) == results.count == choice.count, choice.label


def test_search_facets_chosen_are_taken_back_by_their_own_link(world):
    client = world.client()
    results = found(client, q="登记", topic="不动产")
    (chosen,) = results.chosen_labels
    assert chosen.label == "不动产"
    assert client.get(chosen.url).context["results"].chosen == {}


@pytest.mark.parametrize(
    "nonsense", [{"department": "NOPE"}, {"trips": "viele"}, {"who": "x"}, {"instant": "yes"}, {"q": "\x00"}]
)
def test_search_with_nonsense_is_no_error(world, nonsense):
    assert world.client().get(reverse("search"), nonsense).status_code == 200


def test_search_that_finds_nothing_helps(world):
    page = text_of(world.client().get(reverse("search"), {"q": "zzzzqqqq"}))
    assert "没有找到“zzzzqqqq”" in page
    assert "12345" in page


def test_search_narrowed_to_nothing_offers_to_take_the_facets_back(world):
    response = world.client().get(reverse("search"), {"q": "护照", "topic": "不动产"})
    assert "取消全部条件" in text_of(response)


def test_suggestions_are_a_fragment_of_links(world):
    response = world.client().get(reverse("search-suggestions"), {"q": "过户"})
    page = response.content.decode()
    assert "<html" not in page
    assert reverse("matter", args=["ZRZY-001"]) in page


def test_suggestions_for_nothing_typed_are_empty(world):
    assert world.client().get(reverse("search-suggestions"), {"q": " "}).content.strip() == b""


def test_search_reads_as_much_for_few_as_for_many(world):
    client = world.client()

    def queries(words: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("search"), {"q": words})
        return len(captured)

    queries("")
    assert queries("护照") == queries("登记")


# --- themes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["person", "company"])
def test_themes_hold_every_matter_of_their_audience_once(world, audience):
    themes = world.client().get(reverse("themes", args=[audience])).context["themes"]
    codes = [card.code for theme in themes.themes for card in theme.matters]
    assert sorted(codes) == sorted(entry.code for entry in all_found(world.client(), who=audience))


def test_themes_for_an_unknown_audience_do_not_exist(world):
    assert world.client().get(reverse("themes", args=["cats"])).status_code == 404


# --- guides -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["SCJG-001", "SCJG-007", "ZRZY-001", "CLH-001", "YBJ-001"])
def test_guide_says_everything_one_must_know(world, code):
    version = world.version(code)
    page = text_of(world.client().get(reverse("matter", args=[code])))
    for said in (version.name, version.fee, version.result_name, version.legal_basis.splitlines()[0]):
        assert said in page
    for section in (
        "为什么",
        "谁可以办",
        "要准备什么材料",
        "要多久",
        "法定办结",
        "怎么办",
        "部门怎么办理",
        "法律依据",
    ):
        assert section in page
    for material in version.materials.all():
        assert material.name in page


def test_guide_of_every_published_matter_stands(world):
    client = world.client()
    for matter in Matter.objects.exclude(current=None):
        assert client.get(reverse("matter", args=[matter.code])).status_code == 200, matter.code


def test_guide_counts_what_is_to_be_brought_and_what_is_not(world):
    response = world.client().get(reverse("matter", args=["SCJG-001"]))
    materials = GuidePresenter(world.version("SCJG-001")).materials
    said = f"共 {materials.total} 份您要准备 {len(materials.asked)} 份免提交 {materials.spared} 份"
    assert said in text_of(response)


def test_guide_is_found_by_a_code_in_small_letters(world):
    assert world.client().get(reverse("matter", args=["scjg-001"])).status_code == 200


def test_guide_leads_to_applying_and_to_its_bundles(world):
    page = world.client().get(reverse("matter", args=["SCJG-001"])).content.decode()
    assert reverse("apply-matter", args=["SCJG-001"]) in page
    assert reverse("bundle", args=["B01"]) in page


def test_guide_shows_a_code_of_its_own_address(world):
    page = world.client().get(reverse("matter", args=["SCJG-001"])).content.decode()
    assert 'class="qr__code"' in page
    assert "<svg" in page[page.index('class="qr__code"') :]


def test_guide_of_an_unknown_matter_is_a_chinese_404(world):
    response = world.client().get(reverse("matter", args=["NOPE-1"]))
    assert response.status_code == 404
    assert "没有编码为“NOPE-1”的事项" in text_of(response)


def test_guide_of_an_unpublished_matter_says_so(world):
    Matter.objects.create(code="NEU-001", department=world.department("SCJG"))
    response = world.client().get(reverse("matter", args=["NEU-001"]))
    assert response.status_code == 409
    assert "目前没有在用的办事指南" in text_of(response)


# --- bundles ------------------------------------------------------------------------------------------------------


def test_bundles_show_all_in_use_with_what_they_spare(world):
    gone = world.bundle("B12")
    gone.is_active = False
    gone.save()
    search_index.refresh(bundle_ids=[gone.pk])
    page = world.client().get(reverse("bundles")).content.decode()
    assert reverse("bundle", args=["B01"]) in page
    assert reverse("bundle", args=["B12"]) not in page


def test_bundle_guide_of_every_bundle_stands(world):
    client = world.client()
    for bundle in Bundle.objects.all():
        assert client.get(reverse("bundle", args=[bundle.code])).status_code == 200, bundle.code


def test_bundle_guide_marks_optional_members_and_orders_the_others(world):
    response = world.client().get(reverse("bundle", args=["B08"]))
    page, waves = text_of(response), response.context["bundle"].waves
    assert "可选" in page
    first = waves[0]["text"]
    assert "出生医学证明签发" in first
    assert "社会保障卡申领" not in first
    assert waves[-1]["title"] == "统一出件"


def test_bundle_guide_shows_materials_before_and_after(world):
    response = world.client().get(reverse("bundle", args=["B01"]))
    bundle = response.context["bundle"]
    assert bundle.materials_before > bundle.materials.total > len(bundle.materials.asked)
    assert f"分开办要{bundle.materials_before} {bundle.materials.total} 份" in text_of(response)


def test_bundle_guide_leads_to_applying(world):
    page = world.client().get(reverse("bundle", args=["B01"])).content.decode()
    assert reverse("apply-bundle", args=["B01"]) in page


def test_bundle_guide_unknown_or_out_of_use_says_which(world):
    Bundle.objects.filter(code="B12").update(is_active=False)
    client = world.client()
    assert client.get(reverse("bundle", args=["B99"])).status_code == 404
    response = client.get(reverse("bundle", args=["B12"]))
    assert response.status_code == 409
    assert "已停用" in text_of(response)


# --- marking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("公司设立登记", "登记", "公司设立<mark>登记</mark>"),
        ("公司设立登记", "公司 登记", "<mark>公司</mark>设立<mark>登记</mark>"),
        ("食品店/饭店许可证", "开饭店", "食品店/<mark>饭店</mark>许可证"),
        ("办护照", "我要办护照", "办<mark>护照</mark>"),
        ("a<b>登记", "登记", "a&lt;b&gt;<mark>登记</mark>"),
        ("ABC登记", "abc", "<mark>ABC</mark>登记"),
        ("二手房过户", "二手房交易过户", "<mark>二手房过户</mark>"),
        ("a<登", "<", "a&lt;登"),
        ("公司设立登记", "", "公司设立登记"),
        ("", "登记", ""),
    ],
)
def test_highlighted_marks_the_words_or_their_pairs(text, query, marked):
    assert highlighted(text, query) == marked
