"""What was typed into a form whose session had ended."""

import pytest

from core import kept
from portal.demo.cast import PASSWORD

TYPED = {"subject": "晚风书店", "detail": "请快一点", "password": "secret-word"}


def sign_in(client, name, wanted):
    return client.post(
        "/accounts/sign-in/", {"name": name, "password": PASSWORD, "next": wanted}, follow=True
    )


def text(response):
    return response.content.decode()


@pytest.fixture
def fill(world):
    """The address of a section of citizen1's draft."""
    return f"/drafts/{world.draft('SCJG-001').pk}/fill/"


def test_kept_text_is_shown_again_once_after_signing_in(world, fill):
    client = world.client()
    asked = client.post(fill, TYPED, follow=True)
    assert "刚才填写的内容已为您保留" in text(asked)
    page = text(sign_in(client, "citizen1", fill))
    assert 'value="晚风书店"' in page
    assert "请快一点" in page
    assert "还没有保存" in page
    assert "晚风书店" not in text(client.get(fill))


def test_kept_text_is_sealed_and_holds_no_password(world, fill):
    client = world.client()
    client.post(fill, TYPED)
    stored = client.session[kept.KEY]["text"]
    assert "晚风书店" not in stored
    assert "secret-word" not in kept.opened(stored)


def test_kept_text_is_shown_to_nobody_else(world, fill):
    client = world.client()
    client.post(fill, TYPED)
    answer = sign_in(client, "citizen2", fill)
    assert answer.status_code == 404
    assert "晚风书店" not in text(answer)
    assert kept.KEY not in client.session


def test_kept_text_has_an_end(world, fill):
    client = world.client()
    asked = client.post(fill, {"detail": "长" * kept.MOST_CHARACTERS}, follow=True)
    assert kept.KEY not in client.session
    assert "刚才的操作没有保存" in text(asked)


def test_kept_text_of_a_withdrawal_and_a_delivery(world):
    draft = world.draft("SCJG-001")
    client = world.client()
    path = f"/drafts/{draft.pk}/delivery/"
    client.post(path, {"delivery_method": "courier", "recipient_name": "陈外婆"})
    assert "陈外婆" in text(sign_in(client, "citizen1", path))
    number = world.submitted("SCJG-009").number
    client, path = world.client(), f"/applications/{number}/withdraw/"
    client.post(path, {"reason": "不打算开店了，先等等"})
    assert "不打算开店了，先等等" in text(sign_in(client, "citizen1", path))


def test_what_is_not_kept_is_said_to_be_lost(world, fill):
    asked = world.client().post("/accounts/password/", {"current": "x"}, follow=True)
    assert "刚才的操作没有保存" in text(asked)
    assert "已为您保留" not in text(asked)
