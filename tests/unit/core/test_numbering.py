from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from core.enums import DocumentKind
from core.models import NumberSeries
from core.services.numbering import WORDS, document_number, next_number


@pytest.mark.django_db
def test_next_number_counts_each_series_and_year_by_itself():
    assert [next_number(series="A", year=2026) for _ in range(3)] == [1, 2, 3]
    assert next_number(series="A", year=2027) == 1
    assert next_number(series="B", year=2026) == 1


@pytest.mark.django_db
def test_next_number_is_given_again_after_a_rollback():
    assert next_number(series="A", year=2026) == 1
    with transaction.atomic():
        assert next_number(series="A", year=2026) == 2
        transaction.set_rollback(True)
    assert next_number(series="A", year=2026) == 2


@pytest.mark.django_db(transaction=True)
def test_next_number_has_no_gaps_and_no_doubles_under_concurrency():
    def take(order: int) -> int | None:
        with transaction.atomic():
            number = next_number(series="race", year=2026)
            if rolled_back := order % 5 == 0:
                transaction.set_rollback(True)
        connection.close()
        return None if rolled_back else number

    with ThreadPoolExecutor(8) as threads:
        taken = [number for number in threads.map(take, range(100)) if number]
    assert sorted(taken) == list(range(1, 81))
    assert NumberSeries.objects.get(series="race").last == 80


@pytest.mark.django_db
def test_document_number_names_issuer_kind_and_year(now):
    issuer = {"issuer_code": "SCJG", "issuer_short": "示例区市场监督管理局", "now": now}
    accepted = [document_number(kind=DocumentKind.ACCEPTANCE, **issuer) for _ in range(2)]
    assert accepted == [
        "示例区市场监督管理局受字〔2026〕第0001号",
        "示例区市场监督管理局受字〔2026〕第0002号",
    ]
    assert document_number(kind=DocumentKind.DENIAL, **issuer) == "示例区市场监督管理局不准字〔2026〕第0001号"


@pytest.mark.django_db
def test_document_number_takes_the_year_in_china():
    new_year_in_china = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    number = document_number(issuer_code="A", issuer_short="甲局", kind="receipt", now=new_year_in_china)
    assert number == "甲局收字〔2027〕第0001号"


def test_every_kind_of_document_has_its_own_word():
    assert set(WORDS) == set(DocumentKind)
    assert len(set(WORDS.values())) == len(DocumentKind)
