"""Files of the national reporting library: their field names with their codes for values."""

import pytest

from matters.catalogue.kinds import Choice
from matters.exchange.sheets import SHEETS
from matters.models import Matter, MatterVersion
from matters.services.catalogue_import import CatalogueRefused
from tests.unit.matters.exchange.books import MATTER_HEADER, sheets, take_book, with_cell

pytestmark = pytest.mark.usefixtures("blank")

NATIONAL_HEADER = [
    "matter_code", "dept_code", "task_name", "task_type", "use_level", "topic_type", "server_type", "anticipate_day",
    "anticipate_type", "promise_day", "promise_type", "project_type", "handle_type", "limit_scene_num", "is_express",
    "result_name", "result_type", "is_fee", "by_law", "handle_area", "is_pay_online",
]  # fmt: skip
MATERIAL_HEADER = [
    "matter_code", "material_name", "material_type", "material_format", "original_num", "copy_num", "source_type",
    "is_need",
]  # fmt: skip
NATIONAL_ROW = [
    "A-1", "AAA", "开店登记", "01", "4", "准营准办", "1^2", "30", "2", 5, 1, "2", "1^2", "1", "1",
    "营业执照", "10", "0", "示例条例第1条", "3", "0",
]  # fmt: skip


def current() -> MatterVersion:
    return Matter.objects.get(code="A-1").current


def test_a_row_of_the_reporting_library_comes_in():
    said = sheets(事项=[NATIONAL_HEADER, NATIONAL_ROW])
    said["申请材料"] = [
        MATERIAL_HEADER,
        ["A-1", "申请书", "2", "3", "1", "0", "10", "1"],
    ]
    assert take_book(said).notices == []
    version = current()
    assert (version.statutory_value, version.statutory_unit) == (30, "day")
    assert (version.promised_value, version.promised_unit) == (5, "workday")
    assert (version.result_kind, version.fee, version.cross_region_scope) == (
        "出证办结",
        "不收费",
        "全市通办（跨县）",
    )
    assert (version.express_supported, version.online_payment) == (True, False)


@pytest.mark.parametrize(
    ("said", "unit"),
    [(1, "workday"), ("２", "day"), ("3", "hour"), (4.0, "minute"), ("5", "month"), ("6", "year")],
)
def test_national_units_of_time(said, unit):
    take_book(sheets(事项=with_cell("法定时限单位", said)))
    assert current().statutory_unit == unit


@pytest.mark.parametrize(("said", "kind"), [("10", "出证办结"), (20, "出文办结"), ("30", "审批办结")])
def test_national_kinds_of_results(said, kind):
    take_book(sheets(事项=with_cell("结果类型", said)))
    assert current().result_kind == kind


@pytest.mark.parametrize(
    ("column", "said"), [("法定时限单位", "7"), ("结果类型", "1"), ("法定时限单位", "2个月")]
)
def test_a_code_of_no_list_is_refused(column, said):
    assert column in MATTER_HEADER
    with pytest.raises(CatalogueRefused) as refusal:
        take_book(sheets(事项=with_cell(column, said)))
    assert f"“{said}”不是" in refusal.value.problems[0]


def test_every_national_code_stands_for_a_value_of_its_list_and_for_none_of_its_codes():
    coded = [column for sheet in SHEETS for column in sheet.columns if column.field.codes]
    assert coded
    for column in coded:
        if isinstance(column.kind, Choice):
            values = {str(one) for one in column.kind.choices.values}
            assert set(column.field.codes.values()) <= values
            assert not set(column.field.codes) & values
