"""Identity numbers, credit codes and check characters, as the national standards define them."""

import re
from collections.abc import Callable
from datetime import date

from core.enums import IdType
from core.errors import Invalid

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
HYBRID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CERTIFICATE_ROOT = "1.2.156.3005.2"

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CERTIFICATE = re.compile(
    re.escape(CERTIFICATE_ROOT) + r"\.([0-9A-Z]{21})\.([0-9A-Z]{18})\.([0-9A-Z]+)\.([0-9]{3})\.([0-9A-Z])"
)
_PASSPORT = re.compile(r"[A-Z0-9]{5,17}")
_HK_MACAO = re.compile(r"[HM][0-9]{8}([0-9]{2})?")
_TAIWAN = re.compile(r"[0-9]{8}([0-9]{2}[A-Z0-9]?)?")
_AS_DIGITS = str.maketrans("OI", "01")
_AS_LETTERS = str.maketrans("01", "OI")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def normalise(number: str) -> str:
    """Return a number as the standards write it: half-width, upper case and without spaces."""
    return re.sub(r"\s", "", number.translate(_FULL_WIDTH)).upper()


# --- check characters ---------------------------------------------------------------------------------------


def resident_check(first17: str) -> str:
    """Return the check character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, RESIDENT_WEIGHTS, strict=True))
    return RESIDENT_CHECKS[total % 11]


def credit_check(first17: str) -> str:
    """Return the check character of a unified social credit code (GB 32100-2015)."""
    total = sum(
        CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Return whether a text is a unified social credit code, check character included (GB 32100-2015)."""
    shaped = len(text) == 18 and all(char in CREDIT_ALPHABET for char in text)
    return shaped and credit_check(text[:17]) == text[17]


def hybrid_check(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of digits and capital letters."""
    product = 36
    for char in text:
        product = ((product + HYBRID_ALPHABET.index(char)) % 36 or 36) * 2 % 37
    return HYBRID_ALPHABET[(37 - product) % 36]


def with_hybrid_check(text: str) -> str:
    """Return the text with its ISO 7064 MOD 37,36 check character behind it."""
    return text + hybrid_check(text)


def has_hybrid_check(text: str) -> bool:
    """Return whether the last character is the ISO 7064 MOD 37,36 check character of the rest."""
    return (
        len(text) > 1
        and all(char in HYBRID_ALPHABET for char in text)
        and hybrid_check(text[:-1]) == text[-1]
    )


def as_checked(number: str) -> str:
    """Return a number with its check character as it was given out, though 0 and O or 1 and I were confused.

    The letter that comes out of a check of digits is read off paper and typed as the digit, or the other way round.
    What fits with no reading, or as it stands, comes back unchanged.
    """
    number = normalise(number)
    if not number or has_hybrid_check(number):
        return number
    digits = number[:-1].translate(_AS_DIGITS)
    readings = (digits + number[-1].translate(table) for table in (_AS_DIGITS, _AS_LETTERS))
    return next((reading for reading in readings if has_hybrid_check(reading)), number)


# --- electronic certificates --------------------------------------------------------------------------------


def certificate_identifier(*, type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """Return the electronic certificate identifier of GB/T 36904-2018.

    `type_code` is the defining body's credit code and three digits (21 characters), `issuer` the issuing
    body's credit code, `serial` digits and capital letters unique for both. Raises ValueError otherwise.
    """
    parts = (type_code, issuer, serial, f"{version:03d}")
    text = ".".join((CERTIFICATE_ROOT, *parts, hybrid_check("".join(parts))))
    if not is_certificate_identifier(text):
        raise ValueError(f"Not the parts of a certificate identifier: {parts}")
    return text


def is_certificate_identifier(text: str) -> bool:
    """Return whether a text is a certificate identifier of the right form with the right check character."""
    match = _CERTIFICATE.fullmatch(text)
    return match is not None and has_hybrid_check("".join(match.groups()))


# --- what people type ---------------------------------------------------------------------------------------


def validate_identity(id_type: str, number: str, *, today: date) -> str:
    """Return the identity number in its standard form, or raise Invalid on the field `id_number`.

    Of a resident number only length, birth date and check character are examined: its county part may be a
    code that was not yet, or is no longer, in force.
    """
    number = normalise(number)
    if not number:
        raise _wrong("id_missing", "请填写证件号码。")
    if id_type not in _VALIDATORS:
        raise Invalid("id_type_unknown", "不认识这种证件类型，请从列表中选择。", field="id_type")
    _VALIDATORS[IdType(id_type)](number, today)
    return number


def validate_mobile(phone: str, *, field: str = "phone") -> str:
    """Return a mainland mobile number as eleven digits, or raise Invalid."""
    phone = re.sub(r"^(\+?86)(?=1[0-9]{10}$)", "", normalise(phone).replace("-", ""))
    if not _MOBILE.fullmatch(phone):
        raise Invalid("phone_format", "手机号码应为以1开头的11位数字，请核对后重新填写。", field=field)
    return phone


def _resident(number: str, today: date) -> None:
    if re.fullmatch(r"[0-9]{15}", number):
        raise _wrong("id_15_digits", "15位身份证号码已停止使用，请填写二代身份证上的18位公民身份号码。")
    if len(number) != 18:
        raise _wrong(
            "id_length", f"公民身份号码应为18位，现在是{len(number)}位，请对照证件补全或删去多余的字符。"
        )
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _wrong("id_format", "公民身份号码前17位应为数字，最后一位为数字或X，请核对。")
    _birth_date(number[6:14], today)
    if resident_check(number[:17]) != number[17]:
        raise _wrong("id_check", "公民身份号码校验不通过，可能有一位填错或相邻两位填反，请对照证件逐位核对。")


def _birth_date(digits: str, today: date) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise _wrong(
            "id_birth_date", "公民身份号码第7至14位不是一个存在的日期，请对照证件核对出生日期部分。"
        ) from None
    if born > today:
        raise _wrong("id_birth_future", "公民身份号码中的出生日期晚于今天，请对照证件核对第7至14位。")
    if born.year < 1900:
        raise _wrong("id_birth_date", "公民身份号码中的出生年份早于1900年，请对照证件核对第7至10位。")


def _credit_code(number: str, today: date) -> None:
    if len(number) != 18:
        raise _wrong("uscc_length", f"统一社会信用代码应为18位，现在是{len(number)}位，请对照营业执照核对。")
    if any(char not in CREDIT_ALPHABET for char in number) or not re.fullmatch(r"[0-9]{6}", number[2:8]):
        raise _wrong(
            "uscc_format",
            "统一社会信用代码只含数字和大写字母（不用I、O、S、V、Z），第3至8位为数字，请对照营业执照核对。",
        )
    if credit_check(number[:17]) != number[17]:
        raise _wrong("uscc_check", "统一社会信用代码校验不通过，可能有一位填错，请对照营业执照逐位核对。")


def _pattern(expression: re.Pattern[str], sentence: str) -> Callable[[str, date], None]:
    def check(number: str, today: date) -> None:
        if not expression.fullmatch(number):
            raise _wrong("id_format", sentence)

    return check


def _wrong(code: str, message: str) -> Invalid:
    return Invalid(code, message, field="id_number")


_VALIDATORS: dict[str, Callable[[str, date], None]] = {
    IdType.RESIDENT: _resident,
    IdType.USCC: _credit_code,
    IdType.PASSPORT: _pattern(_PASSPORT, "护照号码由5至17位字母和数字组成，请对照护照资料页核对。"),
    IdType.HK_MACAO_PERMIT: _pattern(
        _HK_MACAO, "港澳居民来往内地通行证号码以H或M开头，后接8位或10位数字，请对照证件核对。"
    ),
    IdType.TAIWAN_PERMIT: _pattern(_TAIWAN, "台湾居民来往大陆通行证号码为8位数字，请对照证件核对。"),
}
