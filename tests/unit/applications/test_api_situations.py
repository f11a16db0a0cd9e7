"""Situations over the API: given with the draft, changed later, shown for each case."""

from __future__ import annotations

from tests.api import Api, problem


def test_answers_begin_with_the_draft_and_can_be_changed(world):
    api = Api(world.citizen.user)
    draft = api.post("applications/", {"matter": "SCJG-007", "answers": {"agent": "agent"}}).json()
    assert draft["cases"][0]["answers"] == {"agent": "agent"}
    assert "AGENT" in {each["key"] for each in draft["materials"] if each["is_required"]}

    changed = api._send("patch", f"applications/{draft['id']}/situations/", {"answers": {"agent": "self"}})
    assert changed.status_code == 200
    assert changed.json()["cases"][0]["answers"] == {"agent": "self"}
    assert "AGENT" not in {each["key"] for each in changed.json()["materials"]}


def test_an_answer_nobody_offered_is_a_problem(world):
    api = Api(world.citizen.user)
    problem(
        api.post("applications/", {"matter": "SCJG-007", "answers": {"agent": "nobody"}}),
        422,
        "situation_unknown_answer",
        "agent",
    )
