import io

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEntry, User
from matters.enums import Role
from matters.models import Department, StaffPost
from matters.permissions import holds

PASSWORD = "correct-horse-42"


@pytest.fixture
def create(blank, monkeypatch, capsys):
    def run(username="root", name="系统管理员", password=PASSWORD) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        call_command("create_admin", username, name, "--password-stdin")
        return capsys.readouterr().out

    return run


def test_create_admin_makes_account_department_and_post(create):
    assert "已任" in create()
    user = User.objects.get(username="root")
    assert user.check_password(PASSWORD)
    assert holds(user, Role.ADMINISTRATOR, department=Department.objects.get(code="SGB"))
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {
        "create_user",
        "add_department",
        "give_post",
    }


def test_create_admin_keeps_the_department_there_is(create):
    Department.objects.create(code="SGB", name="审管办", region_code="330199")
    create()
    assert Department.objects.get().name == "审管办"


def test_create_admin_twice_changes_nothing(create):
    create()
    before = AuditEntry.objects.count()
    assert "未作任何改动" in create(password="another-horse-43")
    assert User.objects.get(username="root").check_password(PASSWORD)
    assert (StaffPost.objects.count(), AuditEntry.objects.count()) == (1, before)


def test_create_admin_gives_the_post_to_an_account_there_is(create):
    User.objects.create_user("root", name="李某", password="old-password-1")
    create()
    user = User.objects.get(username="root")
    assert (user.name, user.check_password("old-password-1"), holds(user, Role.ADMINISTRATOR)) == (
        "李某",
        True,
        True,
    )


@pytest.mark.parametrize("password", ["", "short1", "1234567890123", "password123", "administrator"])
def test_create_admin_refuses_a_weak_password(create, password):
    with pytest.raises(CommandError, match="密码不够安全"):
        create(username="administrator", password=password)
    assert (User.objects.count(), Department.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_create_admin_refuses_an_empty_name(create):
    with pytest.raises(CommandError, match="姓名"):
        create(name=" ")


def test_create_admin_refuses_two_different_passwords(blank, monkeypatch):
    typed = iter([PASSWORD, PASSWORD + "x"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    with pytest.raises(CommandError, match="不一致"):
        call_command("create_admin", "root", "系统管理员")
    assert User.objects.count() == 0
