"""How much of a person is shown to those who need not know all of it. Names of organisations are public."""

import re

from core.enums import ApplicantKind, IdType


def mask_name(name: str) -> str:
    """Return a person's name with the middle hidden: 张* for two characters, 李*敏 for three."""
    name = name.strip()
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_holder(kind: str, name: str) -> str:
    """Return how an applicant is called in public: persons masked, organisations in full."""
    return name if kind == ApplicantKind.LEGAL else mask_name(name)


def mask_identity(number: str, id_type: str = IdType.RESIDENT) -> str:
    """Return an identity number with only its first six and last four characters left, two and two if it is short.

    Credit codes of organisations are public and stay whole.
    """
    if id_type == IdType.USCC:
        return number
    first, last = (6, 4) if len(number) >= 15 else (2, 2) if len(number) >= 6 else (0, 0)
    return number[:first] + "*" * (len(number) - first - last) + number[len(number) - last :]


def mask_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: 138****3210."""
    if re.fullmatch(r"[0-9]{11}", phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]
