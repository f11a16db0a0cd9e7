"""What the counter's forms say about what was typed, each mistake in the words of the house."""

import pytest

@pytest.fixture
def desk(world):
    return world.client(world.clerk)


@pytest.mark.parametrize("workdays", ["999999999", "0", "-3", "", "十天"])
def test_correction_says_in_one_sentence_what_its_deadline_may_be(world, desk, workdays):
    application = world.submitted("SCJG-009")
    response = desk.post(
        f"/counter/applications/{application.number}/correction/",
        {"workdays": workdays, "rows": "1", "item-0-what": "联系电话", "item-0-reason": "少一位数字"},
    )

    assert response.status_code == 422
    assert response.context["form"].errors["workdays"] == ["补正期限请填 1 到 60 个工作日。"]
