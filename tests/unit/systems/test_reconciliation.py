"""One day compared: by page for people, signed for the other side."""

import uuid
from datetime import timedelta

from core.clock import CHINA, local_date
from systems.models import Push
from systems.services import pushes
from systems.sweeps import run_clocks
from tests.api import problem
from tests.systems import Desk, acknowledge, status


def lived(world, office, tax) -> Desk:
    """A day with three messages (acknowledged, unanswered, given up), a result taken and one refused."""
    desk = Desk(tax.incoming)
    for _ in range(3):
        world.accepted("ZRZY-001")
    run_clocks(now=world.now())
    first, second, third = Push.objects.order_by("id")
    office.behaviours = [acknowledge, status(404)]
    pushes.send(push_id=first.pk, now=world.now())
    pushes.send(push_id=second.pk, now=world.now())
    Push.objects.filter(pk=third.pk).update(failed_at=world.now())
    sent = {"task": first.task_id, "by": "swj.review1", "outcome": "pass", "opinion": "同意"}
    desk.send(sent, once="taken-" + uuid.uuid4().hex)
    desk.send(sent, once="refused-" + uuid.uuid4().hex)
    return desk


COUNTS = {"sent": 3, "acknowledged": 1, "unanswered": 1, "failed": 1, "taken": 1, "refused": 1}


def test_system_compares_a_day_key_by_key(world, office, tax):
    desk = lived(world, office, tax)
    today = local_date(world.now())

    answer = desk.reconcile(today.isoformat()).json()
    assert answer["counts"] == COUNTS
    assert [(each["key"], each["state"]) for each in answer["pushes"]] == list(
        zip(
            [str(key) for key in Push.objects.order_by("id").values_list("key", flat=True)],
            ["acknowledged", "unanswered", "failed"],
            strict=True,
        )
    )
    assert [each["status"] for each in answer["results"]] == [200, 409]
    assert {answer["pushes"][0]["key"]} == {office.keys[0]}
    other = desk.reconcile((today + timedelta(days=1)).isoformat()).json()
    assert set(other["counts"].values()) == {0}
    assert {desk.reconcile(day).status_code for day in ("0001-01-01", "9999-12-31")} == {200}
    problem(desk.reconcile("tomorrow"), 422, "invalid", "day")


def test_day_ends_at_midnight_in_china(world, office, tax):
    lived(world, office, tax)
    midnight = world.now().astimezone(CHINA).replace(hour=23, minute=59, second=59)

    def sent(day):
        return Desk(tax.incoming).reconcile(day.isoformat()).json()["counts"]["sent"]

    Push.objects.update(created_at=midnight)
    assert (sent(midnight.date()), sent(midnight.date() + timedelta(days=1))) == (3, 0)
    Push.objects.update(created_at=midnight + timedelta(seconds=1))
    assert (sent(midnight.date()), sent(midnight.date() + timedelta(days=1))) == (0, 3)


def test_page_shows_what_to_talk_about(world, office, tax):
    lived(world, office, tax)
    for who in (world.administrator, world.head("SWJ")):
        page = world.client(who).get("/desk/systems/SWJ/reconciliation/").content.decode()
        for push in Push.objects.all():
            assert str(push.key) in page
        assert "对方回答 404" in page
        assert "已拒绝" in page
    assert world.client(world.head("GAJ")).get("/desk/systems/SWJ/reconciliation/").status_code == 404
    wrong = world.client(world.administrator).get("/desk/systems/SWJ/reconciliation/?day=x")
    assert wrong.status_code == 422
    first = world.client(world.administrator).get("/desk/systems/SWJ/reconciliation/?day=0001-01-01")
    assert first.status_code == 200
