"""What two versions of a guide say differently."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from matters.catalogue.differences import Difference, differences
from matters.catalogue.words import element_words
from tests.unit.matters.conftest import LICENCE, MATTER

LICENCE_SAYS = "材料类型：证件证书证明；\n材料形式：纸质或电子；\n原件份数：1；\n复印件份数：0；\n来源渠道：政府部门核发；\n材料必要性：必要"


def changed(**elements: object) -> dict:
    return deepcopy(MATTER) | elements


def said(before: dict, after: dict) -> list[tuple[str, str, str]]:
    return [(one.label, one.before, one.after) for one in differences(before, after)]


def test_nothing_differs_from_itself():
    assert differences(MATTER, deepcopy(MATTER)) == []


def test_elements_are_named_and_said_in_words():
    assert differences(MATTER, changed(handling_forms=[1, 4], online_payment=True)) == [
        Difference("怎么办", "办理形式", "handling_forms", "窗口办理、电脑端网上办理", "窗口办理、快递申请"),
        Difference("收费", "支持网上支付", "online_payment", "否", "是"),
    ]


def test_limits_are_compared_by_part():
    after = changed(promised_limit={"value": 3, "unit": "day"})
    assert said(MATTER, after) == [("承诺办结时限", "5", "3"), ("承诺时限单位", "个工作日", "天")]


def test_rows_are_compared_by_key_wherever_they_stand():
    after = changed(materials=[LICENCE, MATTER["materials"][0] | {"originals": 2}])
    assert said(MATTER, after) == [
        ("申请材料“营业执照”", "", LICENCE_SAYS),
        ("申请材料“申请书”·原件份数", "1", "2"),
    ]
    assert said(after, MATTER)[-1] == ("申请材料“营业执照”", LICENCE_SAYS, "")


def test_place_is_where_the_later_guide_has_it():
    after = changed(materials=[LICENCE, MATTER["materials"][0] | {"originals": 2}])
    assert [one.place for one in differences(MATTER, after)] == ["materials[0]", "materials[1].originals"]


def test_element_is_named_by_the_key_of_its_row_and_said_in_words():
    after = changed(
        materials=[LICENCE, MATTER["materials"][0] | {"originals": 2}],
        promised_limit={"value": 3, "unit": "workday"},
    )
    named = [one.element for one in differences(MATTER, after)]
    assert named == ["promised_limit.value", "materials(BL)", "materials(FORM).originals"]
    assert [element_words(one) for one in named] == [
        "承诺办结时限",
        "申请材料“BL”",
        "申请材料“FORM”·原件份数",
    ]
    assert element_words("nowhere") == "nowhere"


def test_order_alone_is_one_difference():
    before = changed(materials=[MATTER["materials"][0], LICENCE])
    after = changed(materials=[LICENCE, MATTER["materials"][0]])
    assert said(before, after) == [("申请材料的次序", "FORM、BL", "BL、FORM")]


def test_rows_of_the_same_name_do_not_hide_each_other():
    after = changed(fees=["工本费", "工本费"])
    assert said(MATTER, after) == [("收费项目“工本费”", "", "工本费"), ("收费项目“工本费”", "", "工本费")]


def test_added_and_removed_rows_say_what_they_said():
    asked = changed(questions=[{"question": "一定要到窗口办吗？", "answer": "不用，网上就能办。"}])
    assert said(MATTER, asked) == [("常见问题“一定要到窗口办吗？”", "", "解答：不用，网上就能办。")]
    assert said(asked, MATTER) == [("常见问题“一定要到窗口办吗？”", "解答：不用，网上就能办。", "")]


def test_draft_with_faults_differs_by_what_it_lacks():
    assert said(MATTER, changed(max_trips="一次")) == [("到办事现场次数", "1", "")]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "fee": st.sampled_from(["不收费", "10元"]),
            "max_trips": st.integers(0, 3),
            "handling_forms": st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, unique=True),
            "materials": st.permutations([MATTER["materials"][0], LICENCE]),
            "e_certificate": st.booleans(),
        },
    )
)
def test_there_is_a_difference_exactly_where_an_element_differs(elements: dict):
    after = changed(**elements)
    named = {one.place.split("[")[0] for one in differences(MATTER, after)}
    assert named == {
        name for name in elements if elements[name] != {"e_certificate": False}.get(name, MATTER.get(name))
    }
