"""What the counter's forms say about what was typed, each mistake in the words of the house."""

import pytest

NEW = "/counter/new/"


@pytest.fixture
def desk(world):
    return world.client(world.clerk)


def typed(world, **changes):
    known = world.citizen
    person = {"kind": "natural", "id_type": "111", "id_number": known.id_number, "name": known.name}
    return {**person, "phone": "", "what": "matter:SCJG-009", **changes}


def mistakes(desk, sent) -> set[str]:
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    return set(response.context["form"].errors)


def test_new_names_every_mistake_at_once(world, desk):
    sent = typed(world, id_number="33019919900312012", phone="123", name="", what="")
    assert mistakes(desk, sent) == {"id_number", "phone", "name", "what"}


def test_new_for_an_organisation_asks_for_contact_name_and_code_at_once(world, desk):
    sent = typed(world, kind="legal", id_type="USCC", id_number="9133", name="")
    assert mistakes(desk, sent) == {"id_number", "name", "contact_name"}


def test_new_asks_for_a_phone_only_of_whom_nobody_knows(world, desk):
    unknown = typed(world, id_number="330199198501010013", name="新来的")
    assert mistakes(desk, {**unknown, "what": ""}) == {"phone", "what"}
    assert mistakes(desk, typed(world, what="")) == {"what"}
    assert desk.post(NEW, typed(world)).status_code == 302


@pytest.mark.parametrize("workdays", ["999999999", "0", "-3", "", "十天"])
def test_correction_says_in_one_sentence_what_its_deadline_may_be(world, desk, workdays):
    application = world.submitted("SCJG-009")
    response = desk.post(
        f"/counter/applications/{application.number}/correction/",
        {"workdays": workdays, "rows": "1", "item-0-what": "联系电话", "item-0-reason": "少一位数字"},
    )

    assert response.status_code == 422
    assert response.context["form"].errors["workdays"] == ["补正期限请填 1 到 60 个工作日。"]
