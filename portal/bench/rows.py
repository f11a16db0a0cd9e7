"""What is measured among many matters, and among many applications."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from matters import selectors
from matters.selectors.questions import EVERYTHING, Level, Narrowing
from matters.views.search import SUGGESTED
from portal.bench import application_pages, application_sweeps, importing, life_cycle
from portal.bench.measure import Row

# Fixed: rare, medium and common in the real names and in those made from them.
QUERIES = (
    ("一个", "升放无人驾驶自由气球或者系留气球活动审批"),
    ("少", "换发护照 余杭区"),
    ("少", "义乌市 烟草"),
    ("中", "领营业执照"),
    ("中", "护照"),
    ("多", "不动产"),
    ("多", "市场监督"),
    ("多", "登记"),
    ("多", "证"),
    ("多，两词", "许可 变更"),
    ("没有", "火星移民"),
    ("全部", ""),
)
LOOSE = ("护照签发公安局", "二手房子交易过户", "想开一家小饭店要什么证")
GUIDES = {"SCJG-001": "设立公司", "GAJ-001": "普通护照"}
NARROWINGS = (
    ("登记", Narrowing(topic="不动产")),
    ("许可", Narrowing(department="YCJ")),
    ("证", Narrowing(who="person", trips=0)),
)


def _finding(query: str, narrowing: Narrowing = EVERYTHING) -> Callable[[], object]:
    return lambda: selectors.find(query, narrowing=narrowing)


def _tallying(query: str) -> Callable[[], object]:
    level = selectors.find(query).level or Level.TYPED
    return lambda: selectors.tally(query, level)


def _suggesting(query: str) -> Callable[[], object]:
    return lambda: selectors.suggest(query, SUGGESTED)


def _opening(address: str) -> Callable[[], object]:
    """Open a page through all that stands before it, as often as it takes to be kept where it is kept."""
    client = Client(SERVER_NAME="localhost")

    def opened() -> None:
        if client.get(address).status_code != 200:
            raise AssertionError(f"{address} 打不开")

    opened()
    return opened


def _guide(code: str, what: str) -> Row:
    guide, empty = _opening(reverse("matter", args=[code])), _opening(reverse("bench-empty"))
    return Row("办事指南", f"{code} {what}，下限为空白页", guide, floor_limit=2.0, floor=empty)


def rows_of_applications(*, seed: int) -> list[Row]:
    """Return what is measured among many applications; made when they stand, as all ask for what there is."""
    return [*application_pages.rows(), *application_sweeps.rows(), *life_cycle.rows()]


def rows_of_matters(*, seed: int) -> list[Row]:
    """Return what is measured in a large catalogue; made when it stands, as some ask for what there is."""
    return [
        *(_guide(code, what) for code, what in GUIDES.items()),
        *(Row("检索", f"“{query}”（{how}）", _finding(query)) for how, query in QUERIES),
        # A common word within a small part of the catalogue: all of the word is read for it.
        *(
            Row(
                "检索，已缩小范围",
                f"“{query}” {'、'.join(map(str, narrowing.chosen.values()))}",
                _finding(query, narrowing),
                growth_limit=4,
            )
            for query, narrowing in NARROWINGS
        ),
        # What nothing fits as typed is looked for by its words, then by likeness: all that is found must be read and
        # weighed, so this grows with the catalogue.
        *(Row("检索，放宽", f"“{query}”", _finding(query), growth_limit=4) for query in LOOSE),
        *(Row("边输边提示", f"“{query}”", _suggesting(query)) for query in ("登", "登记", "领营业执照")),
        # Among a thousand matters a word finds some tens; among many it is counted over COUNTED at most.
        *(
            Row("筛选项计数", f"“{query}”（{how}）", _tallying(query), growth_limit=15)
            for how, query in QUERIES[1:]
        ),
        Row("首页与主题", "大家都在办", lambda: selectors.most_used(6)),
        Row("首页与主题", "各主题件数", selectors.theme_sizes, growth_limit=None),
        Row("首页与主题", "各人生大事件数", selectors.life_event_sizes, growth_limit=None),
        Row(
            "首页与主题",
            "个人主题",
            lambda: selectors.matters_of_themes(
                [one.topic for one in selectors.theme_sizes()], who="person", each=24
            ),
            growth_limit=None,
        ),
        importing.row(seed=seed),
    ]
