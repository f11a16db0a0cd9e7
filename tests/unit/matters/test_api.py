"""The catalogue's API: versions, differences, situations and checklists, trips, and answers that need not be sent again."""

import json

import pytest
import yaml
from django.conf import settings

from matters.api.examples import EXAMPLES
from matters.models import Matter
from matters.services.catalogue_import import import_catalogue
from tests.api import Api, problem
from tests.unit.matters.conftest import NOW, SMALL

QUESTION = {
    "key": "kind",
    "text": "首次办还是换发？",
    "answers": [{"key": "new", "label": "首次"}, {"key": "renew", "label": "换发"}],
}
LOST = {
    "key": "lost",
    "text": "旧证遗失了吗？",
    "when": {"kind": ["renew"]},
    "answers": [{"key": "yes", "label": "遗失了"}, {"key": "no", "label": "还在"}],
}
FORM = SMALL["matters"][0]["materials"][0]


def publish(**elements: object) -> Matter:
    matter = SMALL["matters"][0] | elements
    text = json.dumps(SMALL | {"matters": [matter, SMALL["matters"][1]]}, ensure_ascii=False)
    import_catalogue(text=text, by=None, now=NOW)
    return Matter.objects.get(code="A-1")


@pytest.fixture
def asking(blank):
    return publish(
        situations=[QUESTION, LOST],
        materials=[
            FORM,
            FORM | {"key": "OLD", "name": "旧证", "when": {"lost": ["no"]}},
            FORM | {"key": "LOST", "name": "遗失说明", "when": {"lost": ["yes"]}},
        ],
        presence=[
            {"need": "biometrics", "by": "applicant", "situations": {"kind": ["new"]}, "reason": "首次须采集"}
        ],
    )


def test_versions_are_listed_newest_first_with_their_content(blank):
    publish()
    publish(fee="10元")
    found = Api().get("matters/A-1/versions/").json()
    assert [(one["version"], one["status"]) for one in found] == [(2, "published"), (1, "superseded")]
    assert Api().get("matters/A-1/versions/1/").json()["content"]["fee"] == "不收费"
    problem(Api().get("matters/A-1/versions/9/"), 404, "version_unknown")
    problem(Api().get("matters/X-1/versions/"), 404, "matter_unknown")


def test_diff_says_what_two_versions_say_differently(blank):
    publish()
    publish(fee="10元")
    found = Api().get("matters/A-1/diff/", **{"from": 1, "to": 2}).json()
    assert found == [
        {"section": "收费", "label": "收费", "place": "fee", "before": "不收费", "after": "10元"}
    ]
    problem(Api().get("matters/A-1/diff/", **{"from": 1}), 422, "version_number", "to")
    problem(Api().get("matters/A-1/diff/", **{"from": "一", "to": 2}), 422, "version_number", "from")
    problem(Api().get("matters/A-1/diff/", **{"from": 1, "to": 7}), 404, "version_unknown")


def test_checklist_asks_until_the_list_is_exact(asking):
    api = Api()
    assert [one["key"] for one in api.get("matters/A-1/situations/").json()] == ["kind", "lost"]
    first = api.get("matters/A-1/checklist/").json()
    assert (first["complete"], first["next_question"]["key"]) == (False, "kind")
    then = api.get("matters/A-1/checklist/", kind="renew").json()
    assert then["next_question"]["key"] == "lost"
    done = api.get("matters/A-1/checklist/", kind="renew", lost="no").json()
    assert (done["complete"], [one["key"] for one in done["materials"]]) == (True, ["FORM", "OLD"])
    assert [one["answer"] for one in done["answers"]] == ["换发", "还在"]
    new = api.get("matters/A-1/checklist/", kind="new").json()
    assert (new["complete"], [one["key"] for one in new["materials"]]) == (True, ["FORM"])


def test_answers_that_are_not_offered_are_named(asking):
    problem(Api().get("matters/A-1/checklist/", kind="old"), 422, "situation_unknown_answer", "kind")
    problem(Api().get("matters/A-1/checklist/", colour="red"), 422, "situation_unknown_question", "colour")


def test_trips_follow_the_situation(asking):
    every = Api().get("matters/A-1/trips/").json()
    new = Api().get("matters/A-1/trips/", kind="new").json()
    renewed = Api().get("matters/A-1/trips/", kind="renew", lost="no").json()
    assert (new["least"], renewed["least"]) == (
        2,
        1,
    )  # the result is fetched at the window, whatever brought one
    assert every["least"] == 1
    assert new["promise"] >= new["least"]


def test_trips_refuse_answers_that_are_not_offered(asking):
    problem(Api().get("matters/A-1/trips/", kind="old"), 422, "trips_unknown_answer", "kind")
    problem(Api().get("matters/A-1/trips/", a="b"), 422, "trips_unknown_question", "a")


def test_trips_of_a_bundle(demo):
    found = Api().get("bundles/B01/trips/").json()
    assert found["required"]["promise"] <= 1
    problem(Api().get("bundles/NONE/trips/"), 404, "bundle_unknown")


def publish_bundle() -> None:
    """Put A-1, which asks questions, and B-1 with a question of its own into one bundle; B-1 is optional."""
    own = {
        "key": "size",
        "text": "店面多大？",
        "answers": [{"key": "small", "label": "小"}, {"key": "big", "label": "大"}],
    }
    first, second = SMALL["matters"]
    reason = {
        "need": "biometrics",
        "by": "applicant",
        "situations": {"kind": ["new"]},
        "reason": "首次须采集",
    }
    matters = [
        first | {"situations": [QUESTION], "presence": [reason]},
        second
        | {"situations": [QUESTION, own]}
        | {
            "materials": [
                *second["materials"],
                FORM | {"key": "PLAN", "name": "图纸", "when": {"size": ["big"]}},
            ]
        },
    ]
    import_catalogue(text=json.dumps(SMALL | {"matters": matters}, ensure_ascii=False), by=None, now=NOW)


def test_checklist_of_a_bundle_asks_each_question_once_and_names_what_is_spared(blank):
    publish_bundle()
    api, at = Api(), "bundles/BUN/checklist/"
    assert [one["key"] for one in api.get("bundles/BUN/situations/").json()] == ["kind", "size"]
    assert api.get(at).json()["next_question"]["key"] == "kind"
    done = api.get(at, kind="new", size="big").json()
    assert (done["complete"], [one["answer"] for one in done["answers"]]) == (True, ["首次", "大"])
    told = {one["key"]: (one["disposition"], one["needed_by"]) for one in done["materials"]}
    assert told == {
        "FORM": ("ask", ["开店登记", "卫生许可"]),
        "BL": ("internal", ["卫生许可"]),
        "PLAN": ("ask", ["卫生许可"]),
    }
    small = api.get(at, kind="new", size="small").json()
    assert [one["key"] for one in small["materials"]] == ["FORM", "BL"]


def test_checklist_of_a_bundle_is_of_the_members_chosen(blank):
    publish_bundle()
    api, at = Api(), "bundles/BUN/checklist/"
    alone = api.get(at, **{"~with": "", "kind": "new"}).json()
    assert (alone["complete"], [one["key"] for one in alone["materials"]]) == (True, ["FORM"])
    assert [one["key"] for one in api.get("bundles/BUN/situations/", **{"~with": ""}).json()] == ["kind"]
    both = api.get(at, **{"~with": "B-1", "kind": "new", "size": "small"}).json()
    assert [one["key"] for one in both["materials"]] == ["FORM", "BL"]


@pytest.mark.parametrize("part", ["checklist", "trips"])
def test_bundle_refuses_answers_and_members_that_are_not_offered(blank, part):
    publish_bundle()
    at = f"bundles/BUN/{part}/"
    problem(Api().get(at, kind="old"), 422, "situation_unknown_answer", "kind")
    problem(Api().get(at, a="b"), 422, "situation_unknown_question", "a")
    problem(Api().get(at, **{"~with": "A-1"}), 422, "unknown_member", "~with")
    problem(Api().get(at, **{"~with": "", "size": "big"}), 422, "situation_unknown_question", "size")
    problem(Api().get(f"bundles/NONE/{part}/"), 404, "bundle_unknown")


def test_trips_of_a_bundle_follow_the_situation_and_the_members(blank):
    publish_bundle()
    new = Api().get("bundles/BUN/trips/", kind="new").json()
    renewed = Api().get("bundles/BUN/trips/", kind="renew").json()
    assert new["floor"] > renewed["floor"]
    alone = Api().get("bundles/BUN/trips/", **{"~with": ""}).json()
    assert alone["required"] == alone["all"]


def test_facets_that_are_no_choice_and_unseen_characters_are_refused_in_words(demo):
    for name in ("channel", "life_event", "trips", "who", "instant"):
        problem(Api().get("matters/", **{name: "随便"}), 422, "invalid", name)
    refused = problem(Api().get("matters/", q="开\0店"), 422, "invalid", "q")
    assert refused["errors"][0]["message"] == "里面有看不见的字符，请删去后重新输入。"
    found = Api().get("matters/", life_event="出生", trips=0, page_size=100).json()["results"]
    assert found
    assert all(one["max_trips"] == 0 for one in found)


def test_nothing_is_sent_again_while_nothing_has_changed(demo):
    for path in ("matters/", "matters/SCJG-001/", "matters/SCJG-001/trips/", "bundles/B01/", "departments/"):
        first = Api().get(path)
        again = Api().client.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path


def test_examples_are_of_the_form_of_the_answers(world):
    addresses = {
        "matters_list": "matters/",
        "matters_retrieve": "matters/SCJG-001/",
        "matters_versions": "matters/SCJG-001/versions/",
        "matters_version": "matters/GAJ-001/versions/1/",
        "matters_situations": "matters/GAJ-001/situations/",
        "matters_checklist": "matters/GAJ-001/checklist/?kind=first",
        "matters_trips": "matters/GAJ-001/trips/?kind=first",
        "bundles_list": "bundles/",
        "bundles_retrieve": "bundles/B01/",
        "bundles_situations": "bundles/B01/situations/",
        "bundles_checklist": "bundles/B01/checklist/",
        "bundles_trips": "bundles/B01/trips/",
        "departments_list": "departments/",
        "departments_retrieve": "departments/SCJG/",
        "service_points_list": "service-points/",
        "service_points_retrieve": "service-points/HALL/",
    }
    assert addresses.keys() | {"matters_diff"} == EXAMPLES.keys()
    for operation, address in addresses.items():
        answer = Api().get(address).json()
        rows = answer.get("results", answer) if isinstance(answer, dict) else answer
        real = rows[0] if isinstance(rows, list) else rows
        told = EXAMPLES[operation]["answer"]
        assert _form(told) == _form(real), operation


def _form(answer: object, key: str = "") -> object:
    """Return the keys of an answer at every depth; of lists those of the first row, nothing of what guides hold freely."""
    if key in ("content", "answers", "when", "situations", "presence"):
        return key
    if isinstance(answer, dict):
        return {name: _form(one, name) for name, one in answer.items()}
    if isinstance(answer, list):
        return [_form(answer[0])] if answer and isinstance(answer[0], dict) else []
    return None


def test_every_reading_of_the_catalogue_has_an_example_and_says_what_304_means():
    schema = yaml.safe_load((settings.BASE_DIR / "docs/reference/openapi.yaml").read_text("utf-8"))
    catalogue = {
        path: one["get"]
        for path, one in schema["paths"].items()
        if "办事指南" in one.get("get", {}).get("tags", [])
    }
    assert len(catalogue) == len(EXAMPLES)
    for path, operation in catalogue.items():
        answers = operation["responses"]
        assert answers["200"]["content"]["application/json"]["examples"], path
        assert "304" in answers, path
        assert "If-None-Match" in [one["name"] for one in operation["parameters"]], path


def test_a_new_version_has_another_tag(blank):
    publish()
    before = Api().get("matters/A-1/")["ETag"]
    publish(fee="10元")
    after = Api().client.get("/api/v1/matters/A-1/", headers={"If-None-Match": before})
    assert (after.status_code, after.json()["fee"]) == (200, "10元")


def test_guide_carries_all_its_elements(demo):
    found = Api().get("matters/SCJG-001/").json()
    assert found["content"]["name"] == found["name"]
    assert (found["state"], found["state_reason"]) == ("1", "")
