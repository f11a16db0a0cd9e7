"""That the search reads indexes and not the table, and asks as many questions of a large catalogue as of a small one."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matters.enums import MatterState, SearchKind
from matters.models import SearchEntry
from matters.selectors import find, matters_of_themes, most_used, suggest, tally
from matters.selectors.questions import Level, Narrowing

TABLE = SearchEntry._meta.db_table


@pytest.fixture
def many(world):
    """Each matter forty times: enough that an index pays."""
    copy(40, SearchKind.MATTER, MatterState.IN_USE)


@pytest.fixture
def many_halted(many):
    """Beside them, each matter four times as a cancelled one."""
    copy(4, SearchKind.HALTED, MatterState.CANCELLED)


def copy(times: int, kind: str, state: str) -> None:
    said = {"kind": f"'{kind}'", "state": f"'{state}'"}
    with connection.cursor() as cursor:
        columns = {
            field.column: said.get(field.column, field.column)
            for field in SearchEntry._meta.concrete_fields
            if not field.generated and field.column not in ("id", "code", "matter_id")
        }
        cursor.execute("SET LOCAL session_replication_role = replica")  # no matter stands behind the copies
        cursor.execute(
            f"INSERT INTO {TABLE} (matter_id, code, {', '.join(columns)}) "
            f"SELECT 1000000 * {state} + n * 1000 + id, code || '-' || n, {', '.join(columns.values())} "
            f"FROM {TABLE}, generate_series(1, {times}) n WHERE kind = 'matter' AND matter_id < 1000000"
        )
        cursor.execute(f"ANALYZE {TABLE}")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("SET LOCAL enable_seqscan = off")


def scans(ask: Callable[[], object]) -> set[tuple[str, str]]:
    """Every way in which an act would read the search's table, as (kind of scan, index)."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    found = set()
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql'].replace('%', '%%')}", None)
            (plan,) = cursor.fetchone()
        plan = plan if isinstance(plan, list) else json.loads(plan)
        found |= {
            (node["Node Type"], node.get("Index Name", ""))
            for node in nodes(plan[0]["Plan"])
            if node.get("Relation Name") == TABLE or node.get("Index Name", "").startswith("search_")
        }
    return found


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.mark.parametrize(
    "query", ["护照", "登记", "领营业执照", "证", "公司 变更", "护照签发公安局", "房子过户"]
)
def test_a_query_reads_the_index_of_pairs_and_the_most_used(many, query):
    read = scans(lambda: find(query))
    assert ("Bitmap Index Scan", "search_matter_grams") in read
    assert ("Bitmap Index Scan", "search_used_grams") in read
    assert ("Index Scan", "search_by_place") in read
    assert "Seq Scan" not in {kind for kind, _ in read}


def test_a_bundle_is_found_by_an_index_of_its_own(many):
    read = scans(lambda: find("开店", SearchKind.BUNDLE))
    assert ("Bitmap Index Scan", "search_bundle_grams") in read
    assert not {index for _, index in read} & {"search_matter_grams"}


def test_suggestions_read_the_index_of_each_kind(many_halted):
    sizes = {SearchKind.MATTER: 6, SearchKind.BUNDLE: 2, SearchKind.HALTED: 2}
    read = scans(lambda: suggest("登记", sizes))
    assert {"search_matter_grams", "search_bundle_grams", "search_halted_grams"} <= {
        index for _, index in read
    }
    assert "Seq Scan" not in {kind for kind, _ in read}


def test_a_list_without_words_is_read_in_its_order(many):
    read = scans(lambda: find(""))
    assert ("Index Scan", "search_by_place") in read
    # The rows found are then fetched by their keys, one by one or in a bitmap, as the planner sees fit.
    assert {index for _, index in read} <= {"search_by_place", f"{TABLE}_pkey", ""}
    assert "Seq Scan" not in {kind for kind, _ in read}


@pytest.mark.parametrize(
    "narrowing", [Narrowing(topic="不动产"), Narrowing(department="GAJ"), Narrowing(trips=0)]
)
def test_a_narrowed_list_reads_an_index(many, narrowing):
    read = scans(lambda: find("", narrowing=narrowing))
    assert "Seq Scan" not in {kind for kind, _ in read}


def test_what_is_used_most_is_read_in_its_order(many):
    assert ("Index Scan", "search_by_place") in scans(lambda: most_used(6))


def test_the_matters_of_themes_are_read_theme_by_theme(many):
    read = scans(lambda: matters_of_themes(["不动产", "出境入境"], who="person", each=24))
    assert read == {("Index Scan", "search_by_topic")}


def test_facets_are_counted_over_what_the_index_found(many):
    read = scans(lambda: tally("护照", Level.TYPED))
    assert ("Bitmap Index Scan", "search_matter_grams") in read
    assert "Seq Scan" not in {kind for kind, _ in read}


@pytest.mark.parametrize(
    "address",
    [
        ("search", {"q": "登记"}),
        ("search", {"q": "登记", "topic": "不动产"}),
        ("search", {}),
        ("search", {"q": "房子过户"}),
        ("search-suggestions", {"q": "登"}),
        ("home", {}),
    ],
)
def test_a_page_asks_as_many_questions_of_many_matters_as_of_few(world, request, address):
    name, asked = address
    client = world.client()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name), asked).status_code == 200
        return len(captured)

    queries()
    few = queries()
    request.getfixturevalue("many")
    assert queries() == few
