"""Numbers of official documents: one series for each department, kind and year, without gaps."""

from datetime import datetime

from django.db import connection

from core.clock import local_date
from core.enums import DocumentKind

WORDS = {
    DocumentKind.RECEIPT: "收",
    DocumentKind.ACCEPTANCE: "受",
    DocumentKind.REFUSAL: "不受",
    DocumentKind.CORRECTION: "补",
    DocumentKind.CERTIFICATE: "证",
    DocumentKind.APPROVAL: "准",
    DocumentKind.RECORD: "办",
    DocumentKind.DENIAL: "不准",
    DocumentKind.NOT_PROCEEDED: "止",
    DocumentKind.SPECIAL_PROCEDURE: "特",
    DocumentKind.EXTENSION: "延",
    DocumentKind.SIMULATED: "模",
    DocumentKind.REVOCATION: "撤",
    DocumentKind.MENDING: "改",
}


def next_number(*, series: str, year: int) -> int:
    """Take the next number of a series, beginning with 1 each year.

    The series' row stays locked until the caller's transaction ends: a number taken by a transaction that rolls back
    is given again, so the series has no gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries AS held (series, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (series, year) DO UPDATE SET last = held.last + 1 RETURNING last",
            [series, year],
        )
        return cursor.fetchone()[0]


def document_number(*, issuer_code: str, issuer_short: str, kind: str, now: datetime) -> str:
    """Take and return a document number (文号) such as 示例区市场监督管理局受字〔2026〕第0001号.

    The year is the year in China at `now`; the series belongs to the issuer's code and the kind of document.
    """
    year = local_date(now).year
    number = next_number(series=f"{issuer_code}.{kind}", year=year)
    return f"{issuer_short}{WORDS[DocumentKind(kind)]}字〔{year}〕第{number:04d}号"
