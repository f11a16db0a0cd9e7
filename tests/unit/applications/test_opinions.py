"""Opinion templates: whose they are, who may change them, on which tasks they are offered."""

import pytest
from django.db import IntegrityError, transaction

from applications.models import OpinionTemplate
from applications.selectors import opinions as reading
from applications.services import opinions
from tests.proof import refused


def keep(world, by=None, **how):
    how = {"kind": "review", "outcome": "pass", "name": "齐全", "text": "材料齐全、符合法定形式。"} | how
    return opinions.keep(by=by or world.reviewer("SCJG"), now=world.now(), **how)


def test_own_template_is_mine_alone(world):
    mine = keep(world)
    assert list(reading.templates_of(world.reviewer("SCJG"))) == [mine]
    assert not reading.templates_of(world.reviewer2("SCJG")).exists()
    for change in (lambda by: keep(world, by, template=mine), lambda by: discard(world, mine, by)):
        with refused("not_found"):
            change(world.reviewer2("SCJG"))
    assert keep(world, template=mine, text="齐全。").pk == mine.pk
    discard(world, mine, world.reviewer("SCJG"))
    assert not OpinionTemplate.objects.exists()


def discard(world, template, by):
    opinions.discard(template=template, by=by, now=world.now())


KEEPERS = {
    "scjg.head": "",
    "scjg.review1": "post_required",
    "scjg.decide": "post_required",
    "gaj.head": "other_department",
    "supervisor1": "post_required",
    "citizen1": "post_required",
}


@pytest.mark.parametrize("username", KEEPERS)
def test_departments_template_is_kept_by_its_head(world, username):
    by, department = world.cast.user(username), world.department("SCJG")
    if code := KEEPERS[username]:
        with refused(code):
            keep(world, by, department=department)
        return
    shared = keep(world, by, department=department)
    assert list(reading.templates_of(world.reviewer2("SCJG"))) == [shared]
    assert not reading.templates_of(world.reviewer("GAJ")).exists()
    with refused("not_found"):
        discard(world, shared, world.reviewer("SCJG"))


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"outcome": "granted"}, "outcome_of_other_kind"),
        ({"kind": "decide"}, "outcome_of_other_kind"),
        ({"name": " "}, "name_required"),
        ({"text": " "}, "text_required"),
    ],
)
def test_keep_wrongly(world, how, code):
    with refused(code):
        keep(world, **how)


def test_name_is_taken_once_for_each_owner_kind_and_outcome(world):
    keep(world)
    with refused("name_taken"):
        keep(world)
    keep(world, outcome="object")
    keep(world, kind="inspect")
    keep(world, world.reviewer2("SCJG"))
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionTemplate.objects.create(kind="review", outcome="pass", name="无主", text="无主")


def test_templates_for_a_task_are_of_its_kind_and_department(world):
    task = world.task(world.accepted("SCJG-007"))
    mine = keep(world)
    shared = keep(world, world.head("SCJG"), department=world.department("SCJG"), name="部门用语")
    keep(world, kind="inspect")
    keep(world, world.head("GAJ"), department=world.department("GAJ"))
    keep(world, world.reviewer2("SCJG"))

    assert set(reading.templates_for(world.reviewer("SCJG"), task)) == {mine, shared}
