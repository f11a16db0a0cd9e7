from datetime import datetime

import pytest

from core.clock import CHINA
from core.documents.content import Issuer, Line, Record

NOW = datetime(2026, 9, 14, 10, 0, tzinfo=CHINA)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def issuer() -> Issuer:
    name = "示例区市场监督管理局"
    return Issuer(name=name, code="SCJG", uscc="11330199003000743N", seal_name=name + "行政审批专用章")


@pytest.fixture
def record() -> Record:
    return Record(
        to="张三",
        application_number="330199260914000123K",
        matter="困难残疾人生活补贴",
        accepted_on=NOW.date(),
        decided_on=NOW.date(),
        result="准予发放。",
        lines=(Line(label="补贴标准", value="每月325元"),),
    )
