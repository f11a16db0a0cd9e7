"""What the applicant is told."""

import pytest

from core.models import Message


@pytest.mark.parametrize(
    ("code", "by_courier", "sentence"),
    [
        ("SCJG-001", False, "办结后通知您到窗口一次领取"),
        ("SCJG-001", True, "您无需再跑"),
        ("CLH-001", False, "您无需再跑"),
    ],
)
def test_accepted_says_whether_a_trip_is_left(world, code, by_courier, sentence):
    application = world.accepted(code, by_courier=by_courier)

    body = Message.objects.get(reference=application.number, title="申请已受理").body

    assert sentence in body
