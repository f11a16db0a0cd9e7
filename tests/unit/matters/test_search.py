import pytest
from hypothesis import given
from hypothesis import strategies as st

from matters.enums import SearchKind
from matters.models import SearchEntry
from matters.search import Query, segments, split, without_fillers
from matters.selectors import find, found_matters, published_matters, suggest, tally
from matters.selectors.questions import Level, Narrowing
from matters.services import search_index
from tests.unit.matters.plain_search import Findable, finds

SHOPS = {
    "SCJG-001": ("公司设立登记", "注册公司/领营业执照", "SCJG", "设立变更", "营业执照"),
    "SCJG-002": ("公司变更登记", "公司改名", "SCJG", "设立变更", "营业执照"),
    "SCJG-003": ("变更登记", "", "SCJG", "其他", "通知书"),
    "GAJ-001": ("普通护照签发", "办护照", "GAJ", "出境入境", "护照"),
    "ZRZY-001": ("不动产转移登记（存量房买卖）", "二手房过户", "ZRZY", "不动产", "证书"),
}
FEW_OF_EACH = {SearchKind.MATTER: 6, SearchKind.BUNDLE: 2, SearchKind.HALTED: 2}
DEPARTMENTS = {"SCJG": "市场监督管理局", "GAJ": "公安局", "ZRZY": "自然资源和规划局"}


@pytest.fixture
def shops(load, small):
    """Five matters whose names overlap."""
    (first, _), departments = small["matters"], small["departments"]
    small["departments"] = [
        *departments,
        *({"code": code, "name": name, "region_code": "330199"} for code, name in DEPARTMENTS.items()),
    ]
    small["matters"] = [
        first
        | {"code": code, "name": name, "everyday_name": everyday, "department": department, "topic": topic}
        | {"result": {"name": result, "type": "出证办结"}}
        for code, (name, everyday, department, topic, result) in SHOPS.items()
    ]
    small["bundles"] = []
    load(small)


def codes(query: str) -> list[str]:
    return [entry.code for entry in find(query, size=100).hits]


# --- what is found, and in which order ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("护照", ["GAJ-001"]),
        ("护", ["GAJ-001"]),
        ("办护照", ["GAJ-001"]),
        ("我要办护照", ["GAJ-001"]),
        ("请问护照怎么办？", ["GAJ-001"]),
        ("办护照需要什么材料", ["GAJ-001"]),
        ("变更登记", ["SCJG-003", "SCJG-002"]),
        ("公司", ["SCJG-001", "SCJG-002"]),
        ("变更 公司", ["SCJG-002", "SCJG-001"]),
        ("公司 变更", ["SCJG-002", "SCJG-001"]),
        ("注册公司", ["SCJG-001"]),
        ("领营业执照", ["SCJG-001"]),
        ("二手房", ["ZRZY-001"]),
        ("房子过户", ["ZRZY-001"]),
        ("二手房交易过户", ["ZRZY-001"]),
        ("护照签发公安局", ["GAJ-001"]),
        ("公安局", ["GAJ-001"]),
        ("scjg", ["SCJG-001", "SCJG-002", "SCJG-003"]),
        ("ＳＣＪＧ-００２", ["SCJG-002"]),
        ("002", ["SCJG-002"]),
        ("（存量房）", ["ZRZY-001"]),
        ("营业执照办理流程", ["SCJG-001", "SCJG-002"]),
        ("公司 护照", ["GAJ-001", "SCJG-001", "SCJG-002"]),  # none holds both: each is alike by half
        ("房子 过户", ["ZRZY-001"]),
        ("过户 开", ["ZRZY-001"]),
        ("火星", []),
        ("", ["GAJ-001", "SCJG-001", "SCJG-002", "SCJG-003", "ZRZY-001"]),
        ("  ，。", ["GAJ-001", "SCJG-001", "SCJG-002", "SCJG-003", "ZRZY-001"]),
        ("办理", ["GAJ-001", "SCJG-001", "SCJG-002", "SCJG-003", "ZRZY-001"]),
    ],
)
def test_find_finds_what_people_type(shops, query, found):
    assert codes(query) == found


@pytest.mark.parametrize(
    "query", ["\\", "%", "_", "[a-", "' OR 1=1", "a:*", "!zz", "z&y", "<->", "护" * 5000, "\\'", "{0}"]
)
def test_find_survives_what_is_no_word(shops, query):
    assert codes(query) == []
    assert tally(query, None).total == 0


def test_find_puts_whole_names_before_beginnings_and_words_inside(load, small):
    names = ["个体注销登记", "注销登记簿", "注销登记", "公司注销", "公司关门"]
    everyday = ["", "", "", "注销登记", "注销登记表"]
    base = small["matters"][0]
    small["matters"] = [
        base | {"code": f"X-{at}", "name": name, "everyday_name": said}
        for at, (name, said) in enumerate(zip(names, everyday, strict=True))
    ]
    small["bundles"] = []
    load(small)
    assert codes("注销登记") == ["X-2", "X-3", "X-1", "X-0", "X-4"]


def test_find_orders_equals_by_use_and_then_by_trips(load, small):
    base = small["matters"][0]
    small["matters"] = [
        base | {"code": f"X-{at}", "name": f"注销登记{at}", "max_trips": trips, "presence": presence}
        for at, (trips, presence) in enumerate([(1, []), (0, []), (1, [])])
    ]
    small["bundles"] = []
    load(small)
    assert codes("注销") == ["X-1", "X-0", "X-2"]
    last = SearchEntry.objects.get(code="X-2")
    search_index.count_uses(matters={last.matter_id: 5}, bundles={})
    assert codes("注销") == codes("") == ["X-2", "X-1", "X-0"]


def test_find_is_the_same_however_few_are_taken_for_popular(demo, monkeypatch):
    queries = ["登记", "许可", "不动产", "公司 变更", "证", "局", "二手房交易过户", "房子登记", "SCJG"]
    before = {query: codes(query) for query in queries}
    for popular in (0, 1, 7):
        monkeypatch.setattr("matters.selectors.questions.POPULAR", popular)
        assert {query: codes(query) for query in queries} == before


def test_find_pages_hold_what_one_long_page_holds(demo):
    for query in ("登记", "证", ""):
        whole = codes(query)
        pages = [find(query, begin=begin, size=7) for begin in range(0, len(whole) + 7, 7)]
        assert [entry.code for page in pages for entry in page.hits] == whole
        assert [page.has_more for page in pages] == [7 * (at + 1) < len(whole) for at in range(len(pages))]


def test_find_takes_a_query_no_more_loosely_than_it_must(shops):
    assert find("护照").level == Level.TYPED
    assert find("护照签发公安局").level == Level.SEGMENTED
    assert find("房子过户").level == Level.ALIKE
    assert find("火星").level is None


# --- recall -------------------------------------------------------------------------------------------------------


def parts_of(text: str) -> set[str]:
    return {text[at : at + length] for length in (2, 3, 4) for at in range(len(text) - length + 1)}


def test_every_name_and_every_part_of_it_finds_its_matter(demo):
    wanted: dict[str, set[str]] = {}
    for version in published_matters():
        for said in (version.name, *version.everyday_name.split("/")):
            for part in {said, *parts_of(said)} - {""}:
                wanted.setdefault(part, set()).add(version.matter.code)
    assert len(wanted) > 1500
    missed = {
        part: matters - set(found_matters(part).values_list("code", flat=True))
        for part, matters in wanted.items()
    }
    assert {part: matters for part, matters in missed.items() if matters} == {}


def test_every_whole_name_finds_its_matter_first(demo):
    for version in published_matters():
        assert codes(version.name)[0] == version.matter.code
        for said in filter(None, version.everyday_name.split("/")):
            assert codes(said)[0] == version.matter.code, said


def test_nothing_that_reading_every_text_finds_is_missed(demo, demo_text):
    findables = [
        Findable(
            version.matter.code,
            version.name,
            version.everyday_name,
            f"{version.matter.department.name} {version.matter.department.code} {version.topic} {version.result_name}",
        )
        for version in published_matters()
    ]
    words = sorted(
        {part for one in findables for text in (one.name, one.everyday_name) for part in parts_of(text)}
    )
    queries = [f"{first}{second}" for first, second in zip(words[::9], words[5::9], strict=False)]
    queries += [f"{first} {second}" for first, second in zip(words[::7], words[3::7], strict=False)]
    queries += [f"我要{word}怎么办" for word in words[::11]]
    assert len(queries) > 500
    for query in queries:
        if plain := finds(query, findables):
            found = set(codes(query))
            assert found, query
            if find(query).level == Level.TYPED:
                continue
            assert found & plain, query


# --- facets and suggestions ---------------------------------------------------------------------------------------


def test_tally_counts_what_find_finds(demo):
    for query in ("登记", "许可 经营", "", "房子登记"):
        found = find(query, size=100)
        counted = tally(query, found.level)
        assert counted.total == len(found.hits)
        for facet in ("topic", "department", "channel", "trips", "who"):
            assert counted.by_facet[facet], facet
            for value, count in counted.by_facet[facet].items():
                narrowed = find(query, narrowing=Narrowing(**{facet: value}), size=100)
                assert len(narrowed.hits) == count, (query, facet, value)


def test_tally_counts_a_chosen_facet_as_if_it_had_not_been_chosen(demo):
    chosen = Narrowing(topic="不动产", trips=1)
    found = find("登记", narrowing=chosen, size=100)
    counted = tally("登记", found.level, narrowing=chosen)
    assert counted.total == len(found.hits)
    other = Narrowing(trips=1)
    assert counted.by_facet["topic"] == tally("登记", Level.TYPED, narrowing=other).by_facet["topic"]
    assert set(counted.by_facet["department"]) == {"ZRZY"}


def test_tally_of_what_a_facet_excludes_still_says_what_there_is(demo):
    chosen = Narrowing(topic="不动产")
    counted = tally("护照", find("护照", narrowing=chosen).level, narrowing=chosen)
    assert counted.total == 0
    assert counted.by_facet["topic"] == {"出境入境": 1}


def test_tally_stops_counting_where_there_is_too_much(demo, monkeypatch):
    monkeypatch.setattr("matters.selectors.questions.COUNTED", 5)
    counted = tally("", Level.TYPED)
    assert counted.total == 5
    assert counted.is_capped


def test_life_events_are_a_facet(load, small):
    small["matters"][0]["life_events"] = ["创业", "上学"]
    load(small)
    assert tally("", Level.TYPED).by_facet["life_event"] == {"创业": 1, "上学": 1}
    assert [entry.code for entry in find("", narrowing=Narrowing(life_event="创业")).hits] == ["A-1"]


def test_suggest_asks_once_for_all_kinds(demo, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = suggest("登记", FEW_OF_EACH)
    assert {kind: len(few.hits) for kind, few in found.items()} == {**FEW_OF_EACH, SearchKind.HALTED: 0}
    assert found[SearchKind.MATTER].has_more
    with django_assert_num_queries(1):
        assert suggest("火星", FEW_OF_EACH)[SearchKind.MATTER].hits == []


@pytest.mark.parametrize("query", ["登记", "护照", "火星", "房子过户", ""])
def test_search_asks_once_for_the_page_and_once_for_the_facets(demo, django_assert_num_queries, query):
    with django_assert_num_queries(1):
        found = find(query)
    with django_assert_num_queries(1 if found.level else 0):
        tally(query, found.level)


# --- words --------------------------------------------------------------------------------------------------------


def test_segments_leave_out_what_says_nothing():
    assert segments("营业执照变更怎么办") == ["营业执照", "变更"]
    assert segments("开饭店") == ["饭店"]


@given(st.text(max_size=60))
def test_any_text_makes_a_question(text):
    query = Query(text)
    for question in (query.anywhere, *query.tiers) if query.words else ():
        assert question.count("(") == question.count(")") or "(" in text or ")" in text
    assert all(without_fillers(word) for word, _ in query.words)
    assert [word for word, _ in query.words] == [word for word in split(text) if without_fillers(word)]
