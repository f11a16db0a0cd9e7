from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2, mod_37_36

from core.codes import (
    CREDIT_ALPHABET,
    HYBRID_ALPHABET,
    as_checked,
    certificate_identifier,
    credit_check,
    has_hybrid_check,
    hybrid_check,
    is_certificate_identifier,
    resident_check,
    validate_identity,
    validate_mobile,
    with_hybrid_check,
)
from core.enums import IdType
from core.errors import Invalid

TODAY = date(2026, 11, 21)
RESIDENTS = [
    "11010519491231002X",
    "330121198506151237",
    "33018119950308456X",
    "330109200501010019",
    "330802196002290030",
    "33112719731231002X",
    "330727194807050213",
    "330109199001010017",
    "330199200001010017",
]
CREDIT_CODES = [
    "91330100799655058B",
    "11100000000013338W",
    "91330109MA2KHT5Q50",
    "92330109MA2KJ8W326",
    "12330109470102343U",
    "52330109MJ87A02160",
    "113301090025430178",
]
CERTIFICATES = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
    "1.2.156.3005.2.11100000MB0143028R001.11330199003000743N.DEMO2026112100001.001.2",
]


def refusal(id_type: str, number: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        validate_identity(id_type, number, today=TODAY)
    assert caught.value.field == "id_number"
    return caught.value


@pytest.mark.parametrize("number", RESIDENTS)
def test_validate_identity_accepts_a_resident_number_whatever_its_county(number):
    assert validate_identity(IdType.RESIDENT, number, today=TODAY) == number


def test_validate_identity_normalises_lower_case_spaces_and_full_width():
    assert validate_identity("111", " 110105 19491231 002x ", today=TODAY) == "11010519491231002X"
    assert (
        validate_identity("111", "１１０１０５１９４９１２３１００２Ｘ", today=TODAY) == "11010519491231002X"
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id_missing"),
        ("330109900101001", "id_15_digits"),
        ("33010919900101001", "id_length"),
        ("3301091990010100177", "id_length"),
        ("33010919900101O017", "id_format"),
        ("330109199001010018", "id_check"),
        ("330109202602300014", "id_birth_date"),
        ("330109189912310010", "id_birth_date"),
    ],
)
def test_validate_identity_refuses_a_wrong_resident_number(number, code):
    assert refusal(IdType.RESIDENT, number).code == code


def test_validate_identity_refuses_a_birth_date_after_today():
    number = "33010920261122001"
    assert refusal(IdType.RESIDENT, number + resident_check(number)).code == "id_birth_future"
    number = "33010920261121001"
    assert validate_identity(IdType.RESIDENT, number + resident_check(number), today=TODAY)


def test_validate_identity_tells_holders_of_15_digit_numbers_what_to_enter():
    assert "18位" in refusal(IdType.RESIDENT, "330109900101001").message


@given(number=st.sampled_from(RESIDENTS), place=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_validate_identity_finds_any_single_changed_digit(number, place, digit):
    changed = number[:place] + digit + number[place + 1 :]
    if changed != number:
        refusal(IdType.RESIDENT, changed)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_resident_check_agrees_with_stdnum(first17):
    assert resident_check(first17) == mod_11_2.calc_check_digit(first17)


@pytest.mark.parametrize("number", CREDIT_CODES)
def test_validate_identity_accepts_a_credit_code(number):
    assert validate_identity(IdType.USCC, number.lower(), today=TODAY) == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("91330100799655058", "uscc_length"),
        ("9133010079965505IB", "uscc_format"),
        ("91A30100799655058B", "uscc_format"),
        ("91330100799655058C", "uscc_check"),
    ],
)
def test_validate_identity_refuses_a_wrong_credit_code(number, code):
    assert refusal(IdType.USCC, number).code == code


@given(number=st.sampled_from(CREDIT_CODES), place=st.integers(0, 17), char=st.sampled_from(CREDIT_ALPHABET))
def test_validate_identity_finds_any_single_changed_character_of_a_credit_code(number, place, char):
    changed = number[:place] + char + number[place + 1 :]
    if changed != number:
        refusal(IdType.USCC, changed)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(CREDIT_ALPHABET, min_size=9, max_size=9))
def test_credit_check_agrees_with_stdnum(region, body):
    assert uscc.is_valid(region + body + credit_check(region + body))


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        (IdType.PASSPORT, "E12345678"),
        (IdType.HK_MACAO_PERMIT, "H12345678"),
        (IdType.HK_MACAO_PERMIT, "M1234567801"),
        (IdType.TAIWAN_PERMIT, "01234567"),
    ],
)
def test_validate_identity_accepts_other_documents(id_type, number):
    assert validate_identity(id_type, number.lower(), today=TODAY) == number
    assert refusal(id_type, "张三").code == "id_format"


def test_validate_identity_refuses_an_unknown_document_type():
    with pytest.raises(Invalid) as caught:
        validate_identity("999", "E12345678", today=TODAY)
    assert (caught.value.code, caught.value.field) == ("id_type_unknown", "id_type")


@pytest.mark.parametrize(
    "typed", ["13812343210", "138 1234 3210", "138-1234-3210", "+8613812343210", "8613812343210"]
)
def test_validate_mobile_accepts_what_people_type(typed):
    assert validate_mobile(typed) == "13812343210"


@pytest.mark.parametrize(
    "typed", ["", "12812343210", "1381234321", "138123432100", "0571-88888888", "٣٨١٢٣٤٣٢١٠١"]
)
def test_validate_mobile_refuses_anything_else(typed):
    with pytest.raises(Invalid) as caught:
        validate_mobile(typed)
    assert (caught.value.code, caught.value.field) == ("phone_format", "phone")


@given(st.text(HYBRID_ALPHABET, min_size=1, max_size=60))
def test_hybrid_check_agrees_with_stdnum(text):
    assert hybrid_check(text) == mod_37_36.calc_check_digit(text)
    assert has_hybrid_check(with_hybrid_check(text))


@given(st.text(HYBRID_ALPHABET, min_size=2, max_size=30), st.data())
def test_has_hybrid_check_finds_any_single_changed_character(text, data):
    good = with_hybrid_check(text)
    place = data.draw(st.integers(0, len(good) - 1))
    char = data.draw(st.sampled_from(HYBRID_ALPHABET.replace(good[place], "")))
    assert not has_hybrid_check(good[:place] + char + good[place + 1 :])


@pytest.mark.parametrize("text", ["", "A", "a1", "3301-1"])
def test_has_hybrid_check_refuses_what_has_none(text):
    assert not has_hybrid_check(text)


@pytest.mark.parametrize("text", CERTIFICATES)
def test_certificate_identifier_matches_published_identifiers(text):
    type_code, issuer, serial, version, _ = text.removeprefix("1.2.156.3005.2.").split(".")
    made = certificate_identifier(type_code=type_code, issuer=issuer, serial=serial, version=int(version))
    assert made == text
    assert is_certificate_identifier(text)


@pytest.mark.parametrize(
    "text", ["", CERTIFICATES[0][:-1] + "V", CERTIFICATES[0][2:], CERTIFICATES[0].lower()]
)
def test_is_certificate_identifier_refuses_anything_else(text):
    assert not is_certificate_identifier(text)


def test_certificate_identifier_refuses_parts_of_the_wrong_length():
    with pytest.raises(ValueError, match="Not the parts"):
        certificate_identifier(type_code="1", issuer="11330199003000743N", serial="1")


def test_as_checked_reads_zero_and_one_as_they_were_given_out():
    letters = 0
    for serial in range(400):
        given = with_hybrid_check(f"330199260914{serial:06d}")
        letters += given[-1] in "OI"
        assert as_checked(given) == given
        assert as_checked(f" {given.lower()} ") == given
        assert as_checked(given[:-1] + given[-1].translate(str.maketrans("OI01", "01OI"))) == given
        assert as_checked(given[:-1].replace("0", "o").replace("1", "i") + given[-1]) == given
    assert letters


@pytest.mark.parametrize("other", ["", "张三", "13800000000", "330199260914000001?"])
def test_as_checked_leaves_what_fits_no_reading(other):
    assert as_checked(other) == other
