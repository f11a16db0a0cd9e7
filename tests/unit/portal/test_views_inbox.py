from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Message
from core.services.notices import notify


def told(world, applicant, times: int = 1) -> Message:
    for number in range(times):
        message = notify(
            applicant_id=applicant.pk, title=f"已受理{number}", body="请等候办理。", link="/", now=world.now()
        )
    return message


def test_inbox_asks_to_sign_in(world):
    assert reverse("sign-in") in world.client().get(reverse("inbox"))["Location"]


def test_inbox_without_messages_says_what_will_come(world):
    page = world.client(world.citizen.user).get(reverse("inbox")).content.decode()
    assert "还没有消息" in page


def test_inbox_shows_only_ones_own_messages(world):
    told(world, world.other_citizen)
    page = world.client(world.citizen.user).get(reverse("inbox")).content.decode()
    assert "已受理" not in page


def test_inbox_reads_as_much_for_three_as_for_twenty(world):
    client = world.client(world.citizen.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("inbox"))
        return len(captured)

    told(world, world.citizen, 3)
    queries()
    before = queries()
    told(world, world.citizen, 17)
    assert queries() == before


def test_inbox_pages_on_without_losing_or_doubling(world):
    told(world, world.citizen, 30)
    client = world.client(world.citizen.user)
    first = client.get(reverse("inbox"))
    second = client.get(reverse("inbox") + first.context["next_url"])
    shown = [letter.pk for page in (first, second) for letter in page.context["page"].items]
    assert shown == sorted(
        Message.objects.filter(applicant=world.citizen).values_list("pk", flat=True), reverse=True
    )


def test_inbox_with_a_spoilt_cursor_says_so(world):
    response = world.client(world.citizen.user).get(reverse("inbox"), {"after": "?"})
    assert response.status_code == 422
    assert "翻页地址" in response.content.decode()


def test_message_is_read_once_opened(world):
    message = told(world, world.citizen)
    client = world.client(world.citizen.user)
    assert "1 条未读" in client.get(reverse("inbox")).content.decode()
    assert "请等候办理。" in client.get(reverse("message", args=[message.pk])).content.decode()
    assert "条未读" not in client.get(reverse("inbox")).content.decode()


def test_message_of_somebody_else_does_not_exist(world):
    message = told(world, world.other_citizen)
    response = world.client(world.citizen.user).get(reverse("message", args=[message.pk]))
    assert response.status_code == 404
    message.refresh_from_db()
    assert message.read_at is None
