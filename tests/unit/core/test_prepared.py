"""Questions whose SQL is written once find what a query set finds."""

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from applications.models import ReviewTask
from core import prepared
from core.models import Applicant, User
from core.prepared import Prepared, in_full
from matters.models import Department, MatterVersion, Step

STEP = Prepared(
    lambda pk: Step.objects.filter(pk=pk).select_related("version__matter", "department__successor")
)
BETWEEN = Prepared(
    lambda low, high: Department.objects.filter(pk__gte=low, pk__lte=high).annotate(same=F("code"))
)
APPLICANT = Prepared(lambda pk: Applicant.objects.filter(pk=pk))


def test_it_finds_other_keys_than_those_it_was_written_for(world):
    for step in Step.objects.order_by("pk")[:3]:
        found = STEP.first(step.pk)
        assert found == step
        assert (
            vars(found).items()
            >= {name: value for name, value in vars(step).items() if name != "_state"}.items()
        )


def test_related_records_come_with_it(world):
    step = Step.objects.select_related("version__matter").latest("pk")
    found = STEP.first(step.pk)
    with CaptureQueriesContext(connection) as asked:
        assert found.version.matter == step.version.matter
        assert found.department.successor is None
    assert len(asked) == 0


def test_lists_and_json_are_read_as_a_query_set_reads_them(world):
    version = MatterVersion.objects.order_by("pk").first()
    found = STEP.ask(version.steps.first().pk)[0].version
    assert (found.content, found.service_objects) == (version.content, version.service_objects)


def test_what_is_encrypted_is_opened(world):
    assert APPLICANT.first(world.citizen.pk).id_number == world.citizen.id_number


def test_several_keys_stand_where_they_belong_and_annotations_stand(world):
    tax = Department.objects.get(code="SWJ")
    (found,) = BETWEEN.ask(tax.pk, tax.pk)
    assert (found, found.same) == (tax, "SWJ")
    assert BETWEEN.first(tax.pk + 1, tax.pk) is None


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction(world):
    locked = Prepared(lambda pk: User.objects.filter(pk=pk).select_for_update())
    for _ in range(2):
        with pytest.raises(TransactionManagementError):
            locked.first(world.clerk.pk)


def test_it_writes_its_sql_once(world):
    pk = ReviewTask.objects.values_list("pk", flat=True).first() or 1
    asked = []
    tasks = Prepared(lambda key: asked.append(key) or ReviewTask.objects.filter(pk=key))
    for key in (pk, pk + 1, pk):
        tasks.ask(key)
    assert len(asked) == 1


def asked_of(question, *keys):
    with CaptureQueriesContext(connection) as asked:
        found = question.ask(*keys)
    (one,) = asked.captured_queries
    return found, one["sql"]


def test_the_database_is_only_told_the_keys(world):
    tax = Department.objects.get(code="SWJ")
    found, said = asked_of(BETWEEN, tax.pk, tax.pk)
    assert found == [tax]
    assert said.startswith("EXECUTE portal_")
    assert said.endswith(f"({tax.pk}, {tax.pk})")


@pytest.mark.django_db(transaction=True)
def test_each_session_plans_it_for_itself(world):
    tax = Department.objects.get(code="SWJ")
    for _ in range(2):
        for _ in range(2):
            assert BETWEEN.first(tax.pk, tax.pk) == tax
        connection.close()


def test_it_is_planned_anew_once_a_column_has_another_type(world):
    tax = Department.objects.get(code="SWJ")
    by_key = Prepared(lambda pk: Department.objects.filter(pk=pk))
    assert by_key.first(tax.pk) == tax
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE matters_department ALTER COLUMN note TYPE varchar(9999)")
    with pytest.raises(NotSupportedError), transaction.atomic():
        by_key.first(tax.pk)
    assert by_key.first(tax.pk) == tax


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_asked_once_more(world):
    tax = Department.objects.get(code="SWJ")
    by_key = Prepared(lambda pk: Department.objects.filter(pk=pk).order_by("note"))
    assert by_key.first(tax.pk) == tax
    column = "ALTER TABLE matters_department ALTER COLUMN note TYPE"
    with connection.cursor() as cursor:
        cursor.execute(f"{column} varchar(9999)")
        try:
            assert by_key.first(tax.pk) == tax
        finally:
            cursor.execute(f"{column} text")


def test_a_name_means_one_question_in_every_process(world):
    first, second, other = (
        Prepared(lambda pk, most=most: User.objects.filter(pk=pk).order_by("name")[:most])
        for most in (7, 7, 8)
    )
    said = [asked_of(question, world.clerk.pk)[1] for question in (first, second, other)]
    assert said[0] == said[1] != said[2]


def asked_for(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_session_keeps_the_latest_only(world, monkeypatch):
    BETWEEN.ask(1, 1)
    kept = asked_for("SELECT count(*) FROM pg_prepared_statements")
    monkeypatch.setattr(prepared, "_MOST", kept)
    several = [Prepared(lambda pk, most=most: User.objects.filter(pk=pk)[:most]) for most in range(1, 5)]
    for _ in range(2):
        assert [each.first(world.clerk.pk) for each in several] == [world.clerk] * 4
    assert asked_for("SELECT count(*) FROM pg_prepared_statements") == kept


def test_a_session_plans_without_values(world):
    assert asked_for("SHOW plan_cache_mode") == "force_generic_plan"


def test_a_statement_is_planned_once_and_takes_other_values(world):
    sql = "INSERT INTO core_numberseries AS held (series, year, last) VALUES (%s, %s, %s) RETURNING last"
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        for last in (1, 20, 300):
            prepared.execute(cursor, sql, [f"series {last}", 2026, last])
            assert cursor.fetchone() == (last,)
    assert all(one["sql"].startswith("EXECUTE portal_") for one in asked.captured_queries)
    assert in_full(asked.captured_queries[0]["sql"], ["a", 1, 2]) == (sql, ["a", 1, 2])


def test_what_a_call_stands_for_is_known(world):
    tax = Department.objects.get(code="SWJ")
    _, said = asked_of(BETWEEN, tax.pk, tax.pk)
    with connection.cursor() as cursor:
        cursor.execute(*in_full(said, (tax.pk, tax.pk)))
        assert len(cursor.fetchall()) == 1
    assert in_full("SELECT %s", (1,)) == ("SELECT %s", (1,))
