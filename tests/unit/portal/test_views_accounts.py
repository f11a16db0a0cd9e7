import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.codes import credit_check
from core.models import Applicant, Sms, User
from portal.demo.cast import PASSWORD
from portal.views.accounts import locked_out

PERSON = {
    "kind": "natural",
    "name": "顾小舟",
    "id_type": "111",
    "id_number": "330199199001018013",
    "phone": "13912345678",
    "password": "Qiantang-River-8",
    "password_again": "Qiantang-River-8",
}


def credit_code(first17: str) -> str:
    return first17 + credit_check(first17)


def sent_code() -> str:
    return re.search(r"验证码(\d{6})", Sms.objects.first().text).group(1)


def ask_for_code(client: Client, phone: str, purpose: str, address: str = ""):
    """Ask as htmx does, each time from another address unless one is given: addresses are counted in Redis."""
    asked = {"phone": phone, "purpose": purpose}
    here = address or str(uuid4())
    return client.post(reverse("request-code"), asked, headers={"HX-Request": "true"}, REMOTE_ADDR=here)


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("sign-in"), {"name": name, "password": password, **more})


def registered(client: Client, **changed: str):
    ask_for_code(client, PERSON["phone"], "register")
    return client.post(reverse("register"), {**PERSON, "code": sent_code(), **changed})


# --- signing in ---------------------------------------------------------------------------------------------------


def test_sign_in_accepts_every_name_of_a_person(world):
    applicant = world.citizen
    for name in (applicant.user.username, applicant.phone, applicant.id_number, applicant.id_number.lower()):
        client = world.client()
        assert sign_in(client, name).status_code == 302
        assert client.session["_auth_user_id"] == str(applicant.user_id)


def test_sign_in_accepts_the_credit_code_of_a_company(world):
    client = world.client()
    assert sign_in(client, world.company.id_number).status_code == 302


def test_sign_in_with_wrong_password_keeps_the_name_and_says_what_to_do(world):
    response = sign_in(world.client(), "citizen1", "wrong")
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="citizen1"' in page
    assert "wrong" not in page
    assert "用户名或密码不正确" in page


def test_sign_in_leads_on_to_where_one_wanted_to_go(world):
    response = sign_in(world.client(), "citizen1", next="/inbox/")
    assert response["Location"] == "/inbox/"


@pytest.mark.parametrize("foreign", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(world, foreign):
    assert sign_in(world.client(), "citizen1", next=foreign)["Location"] == reverse("desk")


def test_sign_in_after_five_failures_is_locked_and_says_until_when(world):
    client = world.client()
    for _ in range(5):
        response = sign_in(client, "citizen1", "wrong")
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "15 分钟后" in response.content.decode()
    assert sign_in(client, "citizen1").status_code == 429


def test_sign_in_failures_under_all_names_of_a_person_count_together(world):
    applicant, client = world.citizen, world.client()
    for name in (applicant.user.username, applicant.phone, applicant.id_number, f" {applicant.phone} "):
        assert sign_in(client, name, "wrong").status_code == 422
    assert sign_in(client, applicant.user.username, "wrong").status_code == 429


def test_sign_in_success_forgives_failures_under_another_name(world):
    applicant, client = world.citizen, world.client()
    for _ in range(4):
        sign_in(client, applicant.phone, "wrong")
    assert sign_in(client, applicant.user.username).status_code == 302
    assert sign_in(world.client(), applicant.phone, "wrong").status_code == 422


def test_sign_in_lock_of_one_person_leaves_others_alone(world):
    client = world.client()
    for _ in range(5):
        sign_in(client, "citizen1", "wrong")
    assert sign_in(client, "citizen2").status_code == 302


def test_locked_out_answers_the_api_with_a_problem_document(world, rf):
    response = locked_out(rf.post("/api/v1/token/"))
    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"


def test_sign_out_needs_a_post(world):
    client = world.client(world.citizen.user)
    assert client.get(reverse("sign-out")).status_code == 405
    client.post(reverse("sign-out"))
    assert "_auth_user_id" not in client.session


# --- registering --------------------------------------------------------------------------------------------------


def test_register_opens_an_account_and_signs_in(world):
    client = world.client()
    response = registered(client)
    applicant = Applicant.objects.get(name="顾小舟")
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(applicant.user_id)


def test_register_company_needs_a_contact_and_no_id_type(world):
    company = {
        "kind": "legal",
        "name": "示例区晚风书店",
        "id_type": "111",
        "id_number": credit_code("91330199MA2DEM644"),
    }
    response = registered(world.client(), **company)
    assert response.status_code == 422
    assert "请填写联系人姓名" in response.content.decode()
    assert registered(world.client(), **company, contact_name="顾小舟").status_code == 302
    assert Applicant.objects.get(name="示例区晚风书店").id_type == "USCC"


def test_register_with_errors_keeps_everything_but_passwords(world):
    response = registered(world.client(), id_number="330199199001018010")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="顾小舟"' in page
    assert 'value="13912345678"' in page
    assert "Qiantang-River-8" not in page
    assert not User.objects.filter(name="顾小舟").exists()


def test_register_lists_every_mistake_at_once(world):
    wrong = {"kind": "legal", "id_number": "123", "phone": "12", "contact_name": "", "code": "000000"}
    weak = {"password": "1234567890", "password_again": "1234567891"}
    response = registered(world.client(), **wrong, **weak)
    page = response.content.decode()
    assert response.status_code == 422
    for field in ("id_number", "contact_name", "phone", "password", "password_again"):
        assert f'id="id_{field}_error"' in page
    assert registered(world.client(), kind="legal").status_code == 422
    missing = world.client().post(
        reverse("register"), {"kind": "natural", "id_type": "111", "id_number": "1"}
    )
    assert 'id="id_name_error"' in missing.content.decode()
    assert 'id="id_id_number_error"' in missing.content.decode()


def test_register_passwords_that_differ_are_an_error_at_the_second(world):
    response = registered(world.client(), password_again="Qiantang-River-9")
    assert "两次输入的密码不一致" in response.content.decode()


def test_register_wrong_code_says_how_many_tries_are_left(world):
    ask_for_code(world.client(), PERSON["phone"], "register")
    wrong = f"{(int(sent_code()) + 1) % 1_000_000:06d}"
    response = world.client().post(reverse("register"), {**PERSON, "code": wrong})
    assert response.status_code == 422
    assert "还可以再试4次" in response.content.decode()


def test_request_code_without_javascript_gives_the_page_back_as_typed(world):
    typed = {**PERSON, "purpose": "register", "code": ""}
    response = world.client().post(reverse("request-code"), typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="顾小舟"' in page
    assert "139****5678" in page
    assert "Qiantang-River-8" not in page


def test_request_code_with_htmx_answers_one_sentence(world):
    response = ask_for_code(world.client(), "13912345678", "register")
    assert "139****5678" in response.content.decode()
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("posted", [{}, {"phone": "12"}, {"phone": "13912345678", "purpose": "nonsense"}])
def test_request_code_bad_input_sends_nothing_and_says_so(world, posted):
    response = world.client().post(reverse("request-code"), posted)
    assert response.status_code in (200, 422)
    assert not Sms.objects.exists()


def test_request_code_sixth_within_an_hour_is_refused(world):
    for _ in range(6):
        response = ask_for_code(world.client(), "13912345678", "register")
    assert "次数过多" in response.content.decode()
    assert Sms.objects.count() == 5


def test_request_code_tells_a_demo_only_where_messages_are_recorded(world, settings):
    settings.DEMO = settings.DEBUG = False
    assert "演示系统" not in ask_for_code(world.client(), "13912345678", "register").content.decode()


def test_request_code_floods_no_phones_from_one_address(world, monkeypatch):
    monkeypatch.setattr("portal.views.accounts.CODES", 2)
    client, here = world.client(), str(uuid4())
    for last in range(3):
        response = ask_for_code(client, f"1391234560{last}", "register", here)
    assert "操作太频繁" in response.content.decode()
    assert Sms.objects.count() == 2


# --- passwords ----------------------------------------------------------------------------------------------------


def test_reset_password_lets_a_locked_person_in_again(world):
    applicant, client = world.citizen, world.client()
    for _ in range(5):
        sign_in(client, applicant.phone, "wrong")
    ask_for_code(client, applicant.phone, "reset")
    new = {"phone": applicant.phone, "id_number": applicant.id_number, "code": sent_code()}
    response = client.post(
        reverse("reset-password"), {**new, "password": "Xihu-Lake-2026", "password_again": "Xihu-Lake-2026"}
    )
    assert response["Location"] == reverse("sign-in")
    assert sign_in(client, applicant.phone, "Xihu-Lake-2026").status_code == 302


def test_reset_password_lists_every_mistake_at_once(world):
    typed = {"phone": "12", "id_number": "", "code": "", "password": "12345678", "password_again": "x"}
    page = world.client().post(reverse("reset-password"), typed).content.decode()
    for field in typed:
        assert f'id="id_{field}_error"' in page


def test_change_password_keeps_this_session_and_ends_the_others(world):
    here, elsewhere = world.client(), world.client()
    for client in (here, elsewhere):
        sign_in(client, "citizen1")
    changed = {"current": PASSWORD, "password": "Xihu-Lake-2026", "password_again": "Xihu-Lake-2026"}
    assert here.post(reverse("change-password"), changed).status_code == 302
    assert here.get(reverse("inbox")).status_code == 200
    assert elsewhere.get(reverse("inbox")).status_code == 302


def test_change_password_wrong_current_is_an_error_at_its_field(world):
    client = world.client(world.citizen.user)
    changed = {"current": "x", "password": "Xihu-Lake-2026", "password_again": "Xihu-Lake-2026"}
    response = client.post(reverse("change-password"), changed)
    assert response.status_code == 422
    assert "当前密码不正确" in response.content.decode()


def test_accounts_pages_are_never_cached(world):
    for name in ("sign-in", "register", "reset-password"):
        assert "no-store" in world.client().get(reverse(name))["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/accounts/register/"])
def test_head_is_answered_where_get_is(client, path):
    assert client.head(path).status_code == client.get(path).status_code == 200
