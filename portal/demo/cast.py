"""The people of a demo and of the tests: one for every post, citizens and companies that do not exist.

Identity numbers use region 330199, which GB/T 2260 does not have.
"""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core import codes
from core.enums import ApplicantKind, IdType
from core.fields import blind_index
from core.models import Applicant, User
from matters.enums import Role
from matters.models import Department, ServicePoint, StaffPost
from matters.selectors import departments

PASSWORD = "Yichuang-2026"  # noqa: S105 - a demo's password, printed on the screen
HALL = "HALL"
OFFICE = "SGB"

CITIZENS = (
    ("citizen1", "陈晓岚", "19900312", "012"),
    ("citizen2", "李建国", "19680721", "035"),
    ("citizen3", "王小满", "19951106", "028"),
    ("citizen4", "赵明远", "19830415", "051"),
    ("citizen5", "周桂芳", "19560903", "066"),
    ("citizen6", "吴思源", "19990130", "073"),
)
COMPANIES = (
    ("company1", "示例区江畔餐饮有限公司", "MA2DEMO11", "孙丽华"),
    ("company2", "示例区云栖文印有限公司", "MA2DEMO22", "钱宇"),
    ("company3", "示例区山水置业有限公司", "MA2DEMO33", "郑海波"),
)
WINDOW_STAFF = (
    ("counter1", "沈窗一", Role.INTAKE),
    ("counter2", "何窗二", Role.INTAKE),
    ("outlet1", "许出件", Role.OUTLET),
    ("courier1", "马专递", Role.COURIER),
)
OFFICE_STAFF = (
    ("admin", "杨管理", Role.ADMINISTRATOR),
    ("government1", "吕区长", Role.GOVERNMENT),
    ("office1", "朱审管", Role.OFFICE),
    ("review.group1", "范清一", Role.CATALOGUE_REVIEWER),
    ("review.group2", "施清二", Role.CATALOGUE_REVIEWER),
    ("supervisor1", "秦监督", Role.SUPERVISOR),
    ("auditor1", "尤审计", Role.AUDITOR),
)
DEPARTMENT_STAFF = (
    ("review1", "审甲", Role.REVIEWER),
    ("review2", "审乙", Role.REVIEWER),
    ("decide", "首代", Role.DECIDER),
    ("head", "负责", Role.HEAD),
    ("editor", "编辑", Role.EDITOR),
)
SURNAMES = "丁方石田汪邹熊孟白江阎薛侯雷龙段郝孔邵毛常万顾赖武康贺严尹钟葛伍倪温芦季俞章鲁韦翁庞樊兰殷安颜"
"""Given to the staff of departments in turn: whom the pages name beside their department is not named after it."""


@dataclass(frozen=True)
class Account:
    """One account as the demo prints it."""

    username: str
    password: str
    name: str
    role: str


class Cast:
    """The demo people, by what they do."""

    def __init__(self) -> None:
        self._users = {user.username: user for user in User.objects.filter(is_active=True)}

    def user(self, username: str) -> User:
        """Return an account by its user name."""
        return self._users[username]

    def applicant(self, username: str) -> Applicant:
        """Return the applicant behind an account."""
        return Applicant.objects.select_related("user").get(user__username=username)

    def account_of(self, applicant: Applicant) -> User:
        """Return the account of an applicant who has one."""
        if applicant.user is None:
            raise LookupError(f"{applicant.name} has no account")
        return applicant.user

    def staff(self, department: Department, what: str) -> User:
        """Return a department's person: review1, review2, decide, head."""
        return self.user(f"{department.code.lower()}.{what}")

    @property
    def clerk(self) -> User:
        return self.user("counter1")

    @property
    def outlet(self) -> User:
        return self.user("outlet1")

    @property
    def courier(self) -> User:
        return self.user("courier1")

    @property
    def hall(self) -> ServicePoint:
        return ServicePoint.objects.get(code=HALL)


@transaction.atomic
def engage(*, now: datetime) -> Cast:
    """Create whoever is missing of the demo people, with their posts; safe to run again."""
    encoded = make_password(PASSWORD)
    office, hall = Department.objects.get(code=OFFICE), ServicePoint.objects.get(code=HALL)
    posts: list[tuple[str, str, Department, str, ServicePoint | None]] = [
        (name, label, office, role, hall) for name, label, role in WINDOW_STAFF
    ]
    posts += [(name, label, office, role, None) for name, label, role in OFFICE_STAFF]
    for department in Department.objects.filter(is_active=True):
        posts += [
            (
                f"{department.code.lower()}.{suffix}",
                _staff_name(department.code, suffix),
                department,
                role,
                None,
            )
            for suffix, _, role in DEPARTMENT_STAFF
        ]
    names = {username: name for username, name, *_ in posts}
    names |= {username: name for username, name, *_ in (*CITIZENS, *COMPANIES)}
    users = _users(names, encoded)
    StaffPost.objects.bulk_create(
        (
            StaffPost(
                user=users[username], department=department, role=role, service_point=place, given_at=now
            )
            for username, _, department, role, place in posts
        ),
        ignore_conflicts=True,
    )
    _applicants(users, now)
    return Cast()


def accounts() -> list[Account]:
    """Return the accounts worth printing: one of each role, and the applicants."""
    shown = [(*each[:2], "个人") for each in CITIZENS[:2]] + [(*each[:2], "企业") for each in COMPANIES[:1]]
    shown += [(name, label, role.label) for name, label, role in (*WINDOW_STAFF, *OFFICE_STAFF)]
    shown += [
        (f"scjg.{suffix}", _staff_name("SCJG", suffix), f"{role.label}（市场监督管理局）")
        for suffix, _, role in DEPARTMENT_STAFF
    ]
    return [Account(username, PASSWORD, name, role) for username, name, role in shown]


def department_accounts() -> list[tuple[str, str]]:
    """Return how the account of every post in a department is called, after the department's prefix, and its role."""
    return [(suffix, role.label) for suffix, _, role in DEPARTMENT_STAFF]


def department_prefixes() -> list[tuple[str, str]]:
    """Return what the accounts of each department begin with, and the department's name, by code."""
    return [(each.code.lower(), each.name) for each in departments()]


def _staff_name(code: str, suffix: str) -> str:
    """Return what one of a department's people is called: 丁审甲. It follows from the codes, so that it stays the same."""
    given = {each: name for each, name, _ in DEPARTMENT_STAFF}[suffix]
    return SURNAMES[crc32(f"{code}.{suffix}".encode()) % len(SURNAMES)] + given


def _users(names: dict[str, str], encoded: str) -> dict[str, User]:
    User.objects.bulk_create(
        (User(username=username, name=name, password=encoded) for username, name in names.items()),
        ignore_conflicts=True,
    )
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _applicants(users: dict[str, User], now: datetime) -> None:
    rows = [
        (users[username], ApplicantKind.NATURAL, name, IdType.RESIDENT, _resident(born, serial), "")
        for username, name, born, serial in CITIZENS
    ]
    rows += [
        (users[username], ApplicantKind.LEGAL, name, IdType.USCC, _credit_code(body), contact)
        for username, name, body, contact in COMPANIES
    ]
    Applicant.objects.bulk_create(
        (
            Applicant(
                user=user,
                kind=kind,
                name=name,
                id_type=id_type,
                id_number=number,
                id_index=blind_index(number),
                phone=_phone(order),
                phone_index=blind_index(_phone(order)),
                address=f"示例区人民路{order * 8}号",
                contact_name=contact,
                created_at=now,
            )
            for order, (user, kind, name, id_type, number, contact) in enumerate(rows, start=1)
        ),
        ignore_conflicts=True,
    )


def _resident(born: str, serial: str) -> str:
    first17 = f"330199{born}{serial}"
    return first17 + codes.resident_check(first17)


def _credit_code(body: str) -> str:
    first17 = f"91330199{body.replace('O', '0')}"
    return first17 + codes.credit_check(first17)


def _phone(order: int) -> str:
    return f"1380000{order:04d}"
