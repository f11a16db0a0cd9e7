import pytest

from matters.search import Findable, rank

SHOPS = [
    Findable(1, "SCJG-001", "公司设立登记", "注册公司/领营业执照", "市场监督管理局 SCJG 设立变更 营业执照"),
    Findable(2, "SCJG-002", "公司变更登记", "公司改名", "市场监督管理局 SCJG 设立变更 营业执照"),
    Findable(3, "SCJG-003", "变更登记", "", "市场监督管理局 SCJG"),
    Findable(4, "GAJ-001", "普通护照签发", "办护照", "公安局 GAJ 出境入境 护照"),
    Findable(5, "ZRZY-001", "不动产转移登记（存量房买卖）", "二手房过户", "自然资源和规划局 ZRZY 不动产"),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("护照", [4]),
        ("办护照", [4]),
        ("我要办护照", [4]),
        ("请问护照怎么办？", [4]),
        ("变更登记", [3, 2]),
        ("公司", [1, 2]),
        ("变更 公司", [2, 1]),
        ("公司 变更", [2, 1]),
        ("注册公司", [1]),
        ("二手房", [5]),
        ("房子过户", [5]),
        ("公安局", [4]),
        ("scjg", [1, 2, 3]),
        ("ＳＣＪＧ-００２", [2]),
        ("002", [2]),
        ("（存量房）", [5]),
        ("营业执照办理流程", [1, 2]),
        ("公司 护照", []),
        ("火星", []),
        ("", [1, 2, 3, 4, 5]),
        ("  ，。", [1, 2, 3, 4, 5]),
        ("办理", [1, 2, 3, 4, 5]),
    ],
)
def test_rank_finds_what_people_type(query, found):
    assert rank(query, SHOPS) == found


@pytest.mark.parametrize("query", ["\\", "%", "_", "[a-", "' OR 1=1", "\0", "护" * 5000])
def test_rank_survives_what_is_no_word(query):
    assert rank(query, SHOPS) == []


def test_rank_puts_the_exact_name_before_its_prefix_and_its_inside():
    names = ["个体注销登记", "注销登记", "注销登记簿"]
    found = [Findable(key, f"X-{key}", name, "", "") for key, name in enumerate(names)]
    assert rank("注销登记", found) == [1, 2, 0]
