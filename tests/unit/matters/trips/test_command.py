"""`manage.py trips CODE`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def trips(*arguments) -> str:
    out = StringIO()
    call_command("trips", *arguments, stdout=out)
    return out.getvalue()


def test_matter_is_told_road_by_road(demo):
    told = trips("GAJ-001")
    assert told.startswith(
        "GAJ-001 普通护照签发（公布：1次）\n最少 0 次 · 承诺 1 次 · 最坏 1 次 · 最多跑一次\n"
    )
    assert "情形        申报方式        最好走法  补正一次" in told
    assert (
        "走法1（换发或补发 · 电脑端网上办理）：跑0次\n  1. 在电脑上填写申请、上传材料并提交，不用到窗口。"
        in told
    )


def test_matter_as_json(demo):
    read = json.loads(trips("SCJG-001", "--json"))
    assert (read["kind"], read["published"]) == ("matter", 1)
    assert (read["least"], read["promise"], read["worst"]) == (0, 1, 1)
    assert (read["earns_zero"], read["earns_once"]) == (True, True)
    assert read["routes"][0]["steps"][1] == "核对原件：全程电子签名即可，不用到窗口。"
    assert read["refusals"] == []


def test_answer_narrows_a_matter(demo):
    read = json.loads(trips("GAJ-001", "--json", "--answer", "kind=first"))
    assert (read["least"], read["promise"]) == (1, 1)


def test_bundle_is_told_without_and_with_optional_members(demo):
    told = trips("B01")
    assert told.startswith("B01 餐饮企业开办一件事（公布：1次）\n")
    assert told.index("== 只办必选事项 ==") < told.index("== 连同可选事项 ==")
    assert "“公司设立登记”办成后，由系统转办" in told


def test_bundle_as_json(demo):
    read = json.loads(trips("B03", "--json"))
    assert (read["kind"], read["least"], read["promise"]) == ("bundle", 1, 1)
    assert [read[which]["least"] for which in ("required", "all")] == [1, 1]


def test_bundle_without_optional_members_is_told_once(demo):
    assert "== " not in trips("B12")


@pytest.mark.parametrize("arguments", [["NO-1"], ["NO-1", "--json"]])
def test_unknown_code_ends_with_an_error(demo, arguments):
    with pytest.raises(CommandError, match="没有编码为“NO-1”的事项或一件事") as error:
        trips(*arguments)
    assert error.value.returncode == 1


def test_unknown_answer_ends_with_an_error(demo):
    with pytest.raises(CommandError, match="没有“never”这个答案"):
        trips("GAJ-001", "--answer", "kind=never")
    with pytest.raises(CommandError, match="不是“问题=答案”的形式"):
        trips("GAJ-001", "--answer", "kind")


@pytest.mark.parametrize(
    ("code", "answer", "said"),
    [
        ("GAJ-001", "nope=x", "没有“nope”这个问题"),
        ("B01", "GAJ-001.kind=first", "没有事项“GAJ-001”"),
        ("B01", "kind=first", "没有事项“kind”"),
        ("B01", "SCJG-001.nope=x", "没有“nope”这个问题"),
    ],
)
def test_answer_to_nothing_that_is_asked_ends_with_an_error(demo, code, answer, said):
    with pytest.raises(CommandError, match=said):
        trips(code, "--answer", answer)
