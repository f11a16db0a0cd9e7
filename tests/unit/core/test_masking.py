import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import ApplicantKind, IdType
from core.masking import mask_holder, mask_identity, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("李小敏", "李*敏"), ("欧阳小敏", "欧**敏"), ("王", "王*"), (" 张三 ", "张*")],
)
def test_mask_name_hides_the_middle(name, masked):
    assert mask_name(name) == masked


def test_mask_holder_shows_organisations_in_full():
    assert mask_holder(ApplicantKind.LEGAL, "示例区青禾餐饮管理有限公司") == "示例区青禾餐饮管理有限公司"
    assert mask_holder(ApplicantKind.NATURAL, "李小敏") == "李*敏"


@pytest.mark.parametrize(
    ("number", "id_type", "masked"),
    [
        ("330109200501010017", IdType.RESIDENT, "330109********0017"),
        ("E12345678", IdType.PASSPORT, "E1*****78"),
        ("A1B2C", IdType.PASSPORT, "*****"),
        ("91330109MA2KHT5Q50", IdType.USCC, "91330109MA2KHT5Q50"),
        ("", IdType.RESIDENT, ""),
    ],
)
def test_mask_identity_keeps_the_ends(number, id_type, masked):
    assert mask_identity(number, id_type) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812343210", "138****3210"), ("0571-88", "*****88"), ("1", "1"), ("", "")]
)
def test_mask_phone_hides_the_middle(phone, masked):
    assert mask_phone(phone) == masked


@given(st.text("0123456789X", min_size=6, max_size=18))
def test_mask_identity_keeps_the_length_and_hides_something(number):
    masked = mask_identity(number)
    assert len(masked) == len(number)
    assert "*" in masked
