"""Applicants of any number, with accounts: people and companies that do not exist, each with numbers of its own."""

from datetime import date, timedelta

from core import bulk, clock, codes
from core.enums import ApplicantKind, IdType
from core.fields import blind_index, sealed
from core.models import Applicant, User
from portal.demo.cast import SURNAMES

FIRST = 1000
"""The first id of the applicants made here, and of their accounts; those before are the demo's."""
ONE_IN = 8
"""One in so many is a company."""
GIVEN = "明芳伟秀敏静丽强磊军洋勇艳杰娟涛超霞平刚桂文辉玲建国华红英志海燕波宁"
TRADES = ("餐饮", "文印", "置业", "商贸", "物流", "科技", "建设", "教育咨询")
_BORN = date(1950, 1, 1)


def is_company(pk: int) -> bool:
    """Return whether the applicant with this id is a company."""
    return pk % ONE_IN == 0


def name_of(pk: int) -> str:
    """Return what the applicant with this id is called."""
    if is_company(pk):
        return f"示例区{GIVEN[pk % len(GIVEN)]}{GIVEN[pk // 7 % len(GIVEN)]}{TRADES[pk // 11 % len(TRADES)]}有限公司"
    return SURNAMES[pk % len(SURNAMES)] + GIVEN[pk // 3 % len(GIVEN)] + GIVEN[pk // 101 % len(GIVEN)]


def settle(first: int, last: int) -> None:
    """Write the applicants from one id to another, and their accounts."""
    now, address = clock.now(), sealed("示例区人民路8号")
    ids = range(first, last + 1)
    bulk.insert(
        User,
        [
            {
                "id": pk,
                "username": f"applicant{pk}",
                "name": name_of(pk),
                "password": "!",
                "is_active": True,
                "created_at": now,
            }
            for pk in ids
        ],
    )
    bulk.insert(Applicant, [_applicant(pk, address) | {"created_at": now} for pk in ids])


def _applicant(pk: int, address: str) -> bulk.Row:
    number, phone = _credit_code(pk) if is_company(pk) else _resident(pk), f"139{pk % 10**8:08d}"
    return {
        "id": pk,
        "user_id": pk,
        "kind": ApplicantKind.LEGAL if is_company(pk) else ApplicantKind.NATURAL,
        "name": name_of(pk),
        "id_type": IdType.USCC if is_company(pk) else IdType.RESIDENT,
        "id_number": sealed(number),
        "id_index": blind_index(number),
        "phone": sealed(phone),
        "phone_index": blind_index(phone),
        "address": address,
        "contact_name": "钱宇" if is_company(pk) else "",
    }


def _resident(pk: int) -> str:
    days, serial = divmod(pk, 999)
    first17 = f"330199{_BORN + timedelta(days=days):%Y%m%d}{serial + 1:03d}"
    return first17 + codes.resident_check(first17)


def _credit_code(pk: int) -> str:
    first17 = f"91330199MA{pk:07d}"
    return first17 + codes.credit_check(first17)
