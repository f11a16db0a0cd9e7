import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from core.auth import ByAnyName
from core.codes import credit_check, resident_check
from core.enums import ApplicantKind, CodePurpose, IdType
from core.errors import Invalid, Refusal
from core.models import Applicant, AuditEntry, PhoneCode, Sms, User
from core.services import accounts, privacy
from core.services.phone_codes import MOST_AN_HOUR, MOST_TRIES

PHONE = "13900001111"
OTHER_PHONE = "13900002222"
PASSWORD = "correct-horse-9"


def resident(serial: int) -> str:
    first = f"33019919900101{serial:03d}"
    return first + resident_check(first)


ID = resident(901)
USCC = "91330199MA2KH9999" + credit_check("91330199MA2KH9999")


def code_for(phone: str, purpose: str, now) -> str:
    accounts.request_code(phone=phone, purpose=purpose, now=now)
    text = Sms.objects.first().text
    return text.split("验证码")[1][:6]


def register(now, **changes) -> User:
    given = {
        "kind": ApplicantKind.NATURAL,
        "name": "赵一鸣",
        "id_type": IdType.RESIDENT,
        "id_number": ID,
        "phone": PHONE,
        "password": PASSWORD,
        **changes,
    }
    given.setdefault("code", None)
    given["code"] = given["code"] or code_for(given["phone"], CodePurpose.REGISTER, now)
    return accounts.register(**given, now=now)


def at_counter(by: User, now, **changes) -> Applicant:
    given = {
        "kind": ApplicantKind.NATURAL,
        "name": "赵一鸣",
        "id_type": IdType.RESIDENT,
        "id_number": ID,
        "phone": PHONE,
        **changes,
    }
    return accounts.find_or_create_applicant(**given, by=by, now=now)


def sign_in(name: str, password: str = PASSWORD) -> User | None:
    return ByAnyName().authenticate(None, username=name, password=password)


@pytest.fixture
def clerk(db) -> User:
    return User.objects.create_user("test-clerk", name="王芳", password=PASSWORD)


pytestmark = pytest.mark.django_db


# --- codes by SMS -------------------------------------------------------------------------------


def test_request_code_sends_six_digits_and_keeps_only_their_digest(now):
    code = code_for("139 0000 1111", CodePurpose.REGISTER, now)
    assert len(code) == 6
    assert code.isdecimal()
    held = PhoneCode.objects.get()
    assert code not in held.code_digest
    assert PHONE not in held.phone_index
    assert held.expires_at == now + timedelta(minutes=10)
    assert Sms.objects.get().phone == PHONE


def test_request_code_stops_after_five_in_an_hour_and_goes_on_later(now):
    for _ in range(MOST_AN_HOUR):
        accounts.request_code(phone=PHONE, purpose=CodePurpose.REGISTER, now=now)
    with pytest.raises(Refusal, match="一小时") as caught:
        accounts.request_code(phone=PHONE, purpose=CodePurpose.RESET, now=now)
    assert (caught.value.code, caught.value.status) == ("too_many_codes", 429)
    accounts.request_code(phone=OTHER_PHONE, purpose=CodePurpose.RESET, now=now)
    accounts.request_code(phone=PHONE, purpose=CodePurpose.RESET, now=now + timedelta(hours=1))


def test_request_code_refuses_what_is_not_a_mobile_number(now):
    with pytest.raises(Invalid, match="11位"):
        accounts.request_code(phone="0571-88888888", purpose=CodePurpose.REGISTER, now=now)
    assert not Sms.objects.exists()


# --- registering --------------------------------------------------------------------------------


def test_register_opens_an_account_that_can_sign_in_by_any_name(now):
    user = register(now)
    assert user.applicant.id_number == ID
    assert (user.name, user.applicant.phone, user.applicant.created_at) == ("赵一鸣", PHONE, now)
    for name in (user.username, PHONE, "+86 139-0000-1111", ID, ID.lower(), f" {ID} "):
        assert sign_in(name) == user
    assert sign_in(PHONE, "wrong") is None


def test_register_opens_an_account_for_a_company(now):
    company = {"kind": ApplicantKind.LEGAL, "id_type": IdType.USCC, "id_number": USCC, "name": "甲有限公司"}
    with pytest.raises(Invalid) as caught:
        register(now, **company)
    assert caught.value.field == "contact_name"
    user = register(now, **company, contact_name="钱二")
    assert (user.applicant.kind, user.applicant.contact_name) == (ApplicantKind.LEGAL, "钱二")
    assert sign_in(USCC.lower()) == user


def test_register_writes_the_trail_without_personal_data_in_clear(now):
    user = register(now)
    entries = AuditEntry.objects.filter(actor=user)
    assert {entry.act for entry in entries} == {"account.register", "applicant.create"}
    written = json.dumps([entry.detail for entry in entries])
    assert ID not in written
    assert PHONE not in written


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 101}, "name"),
        ({"id_number": ID[:-1] + ("0" if ID[-1] != "0" else "1")}, "id_number"),
        ({"id_type": IdType.USCC}, "id_type"),
        ({"kind": "ghost"}, "kind"),
        ({"password": "1234567890"}, "password"),
        ({"password": "short"}, "password"),
    ],
)
def test_register_refuses_wrong_input_and_leaves_the_code_unspent(now, changes, field):
    code = code_for(PHONE, CodePurpose.REGISTER, now)
    with pytest.raises(Invalid) as caught:
        register(now, code=code, **changes)
    assert caught.value.field == field
    assert register(now, code=code)


def test_register_counts_wrong_codes_and_then_wants_a_new_one(now):
    code = code_for(PHONE, CodePurpose.REGISTER, now)
    wrong = "000000" if code != "000000" else "111111"
    for tries in range(MOST_TRIES):
        with pytest.raises(Invalid) as caught:
            register(now, code=wrong)
        assert (caught.value.code, caught.value.field) == ("code_wrong", "code")
        assert PhoneCode.objects.get().tries == tries + 1
    with pytest.raises(Invalid, match="重新获取"):
        register(now, code=code)
    assert register(now, code=code_for(PHONE, CodePurpose.REGISTER, now))


@pytest.mark.parametrize(
    ("sent_to", "purpose", "later"),
    [
        (PHONE, CodePurpose.RESET, timedelta(0)),
        (OTHER_PHONE, CodePurpose.REGISTER, timedelta(0)),
        (PHONE, CodePurpose.REGISTER, timedelta(minutes=10)),
    ],
)
def test_register_refuses_a_code_for_something_else_or_too_old(now, sent_to, purpose, later):
    code = code_for(sent_to, purpose, now)
    with pytest.raises(Invalid) as caught:
        register(now + later, code=code)
    assert caught.value.code == "code_expired"


def test_register_takes_only_the_newest_code(now):
    first = code_for(PHONE, CodePurpose.REGISTER, now)
    second = code_for(PHONE, CodePurpose.REGISTER, now + timedelta(seconds=1))
    if first != second:
        with pytest.raises(Invalid):
            register(now, code=first)
    assert register(now, code=second)


def test_register_links_an_applicant_the_counter_wrote_down(clerk, now):
    applicant = at_counter(clerk, now)
    user = register(now)
    applicant.refresh_from_db()
    assert applicant.user == user
    assert AuditEntry.objects.get(actor=user, act="account.register").detail == {"linked": True}


@pytest.mark.parametrize("changes", [{"phone": OTHER_PHONE}, {"name": "赵二鸣"}])
def test_register_says_nothing_about_a_known_identity_and_spends_the_code(clerk, now, changes):
    applicant = at_counter(clerk, now)
    code = code_for(changes.get("phone", PHONE), CodePurpose.REGISTER, now)
    with pytest.raises(accounts.CannotRegister) as unlinked:
        register(now, code=code, **changes)
    with pytest.raises(Invalid, match="失效"):
        register(now, code=code, **changes)
    applicant.refresh_from_db()
    assert applicant.user is None
    register(now)
    with pytest.raises(accounts.CannotRegister) as registered:
        register(now)
    assert unlinked.value.message == registered.value.message
    assert ID not in unlinked.value.message


# --- signing in ---------------------------------------------------------------------------------


def test_by_any_name_does_not_know_a_phone_that_two_accounts_share(now):
    first = register(now)
    second = register(now, id_number=resident(902), name="赵二鸣")
    assert sign_in(PHONE) is None
    assert sign_in(ID) == first
    assert sign_in(second.username) == second


@pytest.mark.parametrize("name", ["", "nobody", "13999999999", resident(903)])
def test_by_any_name_knows_nobody_else(now, name):
    register(now)
    assert sign_in(name) is None
    assert sign_in(PHONE, "") is None


def test_by_any_name_refuses_an_account_that_is_closed(now):
    user = register(now)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert sign_in(PHONE) is None
    assert ByAnyName().get_user(user.pk) is None


def test_by_any_name_signs_staff_in_by_user_name_only(clerk):
    assert sign_in("test-clerk") == clerk
    assert ByAnyName().get_user(clerk.pk) == clerk


# --- passwords ----------------------------------------------------------------------------------


def test_reset_password_needs_phone_identity_and_code(now):
    user = register(now)
    code = code_for(PHONE, CodePurpose.RESET, now)
    accounts.reset_password(phone=PHONE, id_number=ID.lower(), code=code, password="another-horse-8", now=now)
    assert sign_in(PHONE) is None
    assert sign_in(PHONE, "another-horse-8") == user
    assert AuditEntry.objects.filter(actor=user, act="account.reset_password").count() == 1


@pytest.mark.parametrize("id_number", [resident(904), "", "garbage"])
def test_reset_password_says_the_same_about_every_wrong_identity(now, id_number):
    register(now)
    code = code_for(PHONE, CodePurpose.RESET, now)
    given = {"phone": PHONE, "password": "another-horse-8", "code": code, "now": now}
    with pytest.raises(accounts.CannotReset):
        accounts.reset_password(id_number=id_number, **given)
    with pytest.raises(Invalid, match="失效"):
        accounts.reset_password(id_number=ID, **given)
    assert sign_in(PHONE)


def test_reset_password_refuses_a_code_for_registering(now):
    register(now)
    code = code_for(PHONE, CodePurpose.REGISTER, now)
    with pytest.raises(Invalid) as caught:
        accounts.reset_password(phone=PHONE, id_number=ID, code=code, password="another-horse-8", now=now)
    assert caught.value.field == "code"


def test_change_password_asks_for_the_current_one(now):
    user = register(now)
    for current, password, field in (
        ("wrong", "another-horse-8", "current"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "short", "password"),
    ):
        with pytest.raises(Invalid) as caught:
            accounts.change_password(by=user, current=current, password=password, now=now)
        assert caught.value.field == field
    accounts.change_password(by=user, current=PASSWORD, password="another-horse-8", now=now)
    assert sign_in(PHONE, "another-horse-8") == user


def test_create_staff_wants_a_name_nobody_has(clerk, now):
    staff = accounts.create_staff(username="scjg.test1", name=" 孙 三 ", password=PASSWORD, by=clerk, now=now)
    assert (staff.username, staff.name) == ("scjg.test1", "孙 三")
    assert AuditEntry.objects.get(act="account.create_staff", record_id=str(staff.pk)).actor == clerk
    for username, name, field in (
        ("SCJG.test1", "孙三", "username"),
        ("1abc", "孙三", "username"),
        ("ab", "孙三", "username"),
        ("scjg.test2", " ", "name"),
    ):
        with pytest.raises(Invalid) as caught:
            accounts.create_staff(username=username, name=name, password=PASSWORD, by=clerk, now=now)
        assert caught.value.field == field


# --- the counter --------------------------------------------------------------------------------


def test_find_or_create_applicant_writes_a_new_one_down_encrypted(clerk, now):
    applicant = at_counter(clerk, now, address=" 示例区人民路1号 ")
    assert (applicant.created_by, applicant.created_at, applicant.address) == (clerk, now, "示例区人民路1号")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone, address FROM core_applicant WHERE id = %s", [applicant.pk])
        assert not {ID, PHONE, "示例区人民路1号"} & set(cursor.fetchone())


def test_find_or_create_applicant_finds_the_same_identity_again(clerk, now):
    applicant = at_counter(clerk, now, address="示例区人民路1号")
    assert at_counter(clerk, now, id_number=ID.lower()) == applicant
    assert not AuditEntry.objects.filter(act="applicant.update", record_id=str(applicant.pk)).exists()


def test_find_or_create_applicant_refuses_another_name_and_masks_the_known_one(clerk, now):
    at_counter(clerk, now)
    with pytest.raises(Refusal) as caught:
        at_counter(clerk, now, name="赵二鸣")
    assert (caught.value.code, caught.value.field) == ("name_differs", "name")
    assert "赵*鸣" in caught.value.message
    assert "赵一鸣" not in caught.value.message


def test_find_or_create_applicant_takes_over_a_new_phone_and_masks_it_on_the_trail(clerk, now):
    applicant = at_counter(clerk, now)
    at_counter(clerk, now, phone=OTHER_PHONE)
    applicant.refresh_from_db()
    assert applicant.phone == OTHER_PHONE
    entry = AuditEntry.objects.get(act="applicant.update", record_id=str(applicant.pk))
    assert entry.detail == {"changed": ["phone"], "phone_before": "139****1111", "phone_after": "139****2222"}
    user = register(now, phone=OTHER_PHONE)
    assert user.applicant == applicant


@pytest.mark.django_db(transaction=True)
def test_find_or_create_applicant_writes_one_row_for_many_counters_at_once(world, now):
    def arrive(_: int) -> int:
        try:
            return at_counter(world.clerk, now, id_number=resident(905)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as counters:
        written = set(counters.map(arrive, range(16)))
    assert len(written) == 1
    Applicant.objects.filter(pk__in=written).delete()


# --- reading in full ----------------------------------------------------------------------------


def test_reveal_returns_the_values_and_writes_who_read_them(clerk, now):
    applicant = at_counter(clerk, now, address="示例区人民路1号")
    seen = privacy.reveal(applicant=applicant, by=clerk, reason="核对证件", now=now)
    assert (seen.id_number, seen.phone, seen.address) == (ID, PHONE, "示例区人民路1号")
    entry = AuditEntry.objects.get(act="applicant.reveal", record_id=str(applicant.pk))
    assert (entry.actor, entry.detail) == (clerk, {"reason": "核对证件"})


def test_reveal_refuses_without_a_reason(clerk, now):
    applicant = at_counter(clerk, now)
    with pytest.raises(Invalid) as caught:
        privacy.reveal(applicant=applicant, by=clerk, reason=" ", now=now)
    assert caught.value.field == "reason"
    assert not AuditEntry.objects.filter(act="applicant.reveal").exists()
