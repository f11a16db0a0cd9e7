"""A draft adopts a template: what both say is settled, what the place says otherwise is listed with its reason."""

import json
from copy import deepcopy

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from core.errors import Forbidden, NotFound, Refusal
from matters.checks.deviations import Standing
from matters.editing.merging import MINE, THEIRS
from matters.enums import EntryState
from matters.models import CatalogueEntry, MatterTemplate, MatterVersion
from matters.selectors.templates import adoption_in, adoption_of, newest_templates, uses_of
from matters.services.entries import adopting, drafting
from matters.services.entries.saving import Choices
from tests.entries import Entries
from tests.proof import refused
from tests.unit.matters.test_templates import ROW

FOOD, PASSPORT, FREIGHT, CARD, RENEWAL = "SJ-SPJY-XB", "GJ-PTHZ", "SJ-DLHY", "SJ-SBK", "SJ-SPJY-BG"


def template(code: str, number: int = 1) -> MatterTemplate:
    return MatterTemplate.objects.get(code=code, number=number)


def newer(of: MatterTemplate, **changes: object) -> MatterTemplate:
    """One more version of a template, as the province brings it out."""
    content = {**deepcopy(of.content), **changes}
    fields = {
        "level": of.level,
        "issuer": of.issuer,
        "issued_on": of.issued_on,
        "imported_at": of.imported_at,
    }
    number = MatterTemplate.objects.filter(code=of.code).count() + 1
    return MatterTemplate.objects.create(
        code=of.code, number=number, name=content["name"], content=content, digest=str(number), **fields
    )


class Adopter(Entries):
    def draft(self, **changes: object) -> CatalogueEntry:
        content = {**self.world.version(self.code).content, **changes}
        return drafting.start(code=self.code, content=content, **self.who(self.editor))

    def adopt(self, entry: CatalogueEntry, of: MatterTemplate, **taken: str) -> CatalogueEntry:
        entry.refresh_from_db()
        choices = Choices(entry.revision, {place.replace("__", "."): side for place, side in taken.items()})
        adopting.adopt(entry_id=entry.pk, template_id=of.pk, choices=choices, **self.who(self.editor))
        entry.refresh_from_db()
        return entry


@pytest.fixture
def food(world) -> Adopter:
    return Adopter(world, "SCJG-007")


@pytest.fixture
def card(world) -> Adopter:
    """A matter that lacks nothing for publication."""
    return Adopter(world, "RSJ-003")


@pytest.fixture
def renewal(world) -> Adopter:
    """A matter of the same name as a template, that does not follow it yet."""
    return Adopter(world, "SCJG-008")


# --- what follows which ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "title", "lags", "elements"),
    [
        ("SCJG-007", "省级模板第 1 版", False, ["promised_limit.value", "handling_forms", "materials(从业人员健康证明).shared_data"]),
        ("GAJ-001", "国家模板第 1 版", True, ["exercise_level"]),
        ("ZRZY-001", "省级模板第 1 版", False, ["promised_limit.value", "fee"]),
        ("JTJ-001", "省级模板第 2 版", False, ["promised_limit.value", "e_certificate"]),
        ("RSJ-003", "省级模板第 1 版", False, ["promised_limit.value", "delivery_options"]),
    ],
)  # fmt: skip
def test_demo_matters_follow_templates_with_their_deviations(world, code, title, lags, elements):
    adoption = adoption_of(world.version(code))
    assert (adoption.template.title, adoption.lags) == (title, lags)
    assert [one.element for one in adoption.deviations] == elements
    assert {one.standing for one in adoption.deviations} == {Standing.ALLOWED}


def test_a_version_records_what_it_adopted(world):
    version = world.version("GAJ-001")
    assert (version.template, version.template_version) == (PASSPORT, 1)
    assert adoption_of(world.version("SCJG-008")) is None


def test_a_template_that_is_not_there_is_no_adoption(world):
    assert adoption_in({**world.version("SCJG-007").content, "template_version": 9}) is None


def test_uses_name_who_lags_and_who_does_not_follow(world, food):
    templates = [template(PASSPORT, 2), template(RENEWAL), template(FOOD)]
    found = {one.template.code: one for one in uses_of(templates, viewer=food.office)}
    assert [one.matter.code for one in found[PASSPORT].lagging] == ["GAJ-001"]
    assert [one.matter.code for one in found[RENEWAL].others] == ["SCJG-008"]
    assert found[RENEWAL].adopters == []
    assert ([one.matter.code for one in found[FOOD].adopters], found[FOOD].others) == (["SCJG-007"], [])


def test_uses_show_an_editor_the_own_departments_only(world, food):
    assert uses_of([template(PASSPORT, 2)], viewer=food.editor)[0].adopters == []


# --- adopting -------------------------------------------------------------------------------------------------------


def test_adopting_for_the_first_time_asks_about_what_both_say(world, renewal):
    entry = renewal.draft(promised_limit={"value": 3, "unit": "workday"})
    with pytest.raises(adopting.Unsettled) as unsettled:
        renewal.adopt(entry, template(RENEWAL))
    assert {one.place for one in unsettled.value.conflicts} == {"promised_limit.value"}
    renewal.adopt(entry, template(RENEWAL), promised_limit__value=MINE)
    assert entry.content["materials"] == world.version("SCJG-008").content["materials"]
    assert (entry.content["template"], entry.content["template_version"]) == (RENEWAL, 1)
    assert entry.content["promised_limit"]["value"] == 3
    assert [one.element for one in adoption_in(entry.content).deviations] == ["promised_limit.value"]


def test_adopting_for_the_first_time_compares_materials_one_by_one(renewal):
    entry = renewal.draft()
    rows = deepcopy(template(RENEWAL).content["materials"])
    rows[1] |= {"copies": 2}
    with pytest.raises(adopting.Unsettled) as unsettled:
        renewal.adopt(entry, newer(template(RENEWAL), materials=rows))
    assert {one.place for one in unsettled.value.conflicts} == {"promised_limit.value", "materials[1].copies"}
    with pytest.raises(adopting.Unsettled) as unsettled:
        renewal.adopt(entry, newer(template(RENEWAL), materials=rows[:2]))
    assert {one.place for one in unsettled.value.conflicts} == {"promised_limit.value", "materials"}


def test_adopting_the_newer_version_keeps_what_the_place_says_otherwise(food):
    entry = food.draft()
    revision = newer(template(FOOD), delivery_options=["窗口领取", "邮政快递（政务专递）", "上门送达"])
    food.adopt(entry, revision)
    assert entry.content["template_version"] == 2
    assert entry.content["delivery_options"][-1] == "上门送达"  # only the template changed it
    assert entry.content["promised_limit"]["value"] == 5  # only the place says it otherwise
    assert len(adoption_in(entry.content).deviations) == 3
    assert entry.revision == 1


def test_adopting_the_newer_version_asks_where_both_changed(food):
    entry = food.draft()
    revision = newer(template(FOOD), promised_limit={"value": 6, "unit": "workday"})
    with refused("template_differs"):
        food.adopt(entry, revision)
    food.adopt(entry, revision, promised_limit__value=THEIRS)
    assert entry.content["promised_limit"]["value"] == 6


def test_choices_of_another_revision_do_not_count(food):
    entry = food.draft()
    revision = newer(template(FOOD), promised_limit={"value": 6, "unit": "workday"})
    choices = Choices(7, {"promised_limit.value": MINE})
    with pytest.raises(adopting.Unsettled):
        adopting.adopt(entry_id=entry.pk, template_id=revision.pk, choices=choices, **food.who(food.editor))


def test_what_no_place_may_change_is_suggested_from_the_template(food):
    entry = food.draft(name="食品证")
    revision = newer(template(FOOD), name="食品经营许可核发", promised_limit={"value": 6, "unit": "workday"})
    with pytest.raises(adopting.Unsettled) as unsettled:
        food.adopt(entry, revision)
    said = {one.place: adopting.suggested(one) for one in unsettled.value.conflicts}
    assert said == {"name": THEIRS, "promised_limit.value": ""}


def test_only_the_department_s_editor_adopts_and_only_in_a_draft(food):
    entry = food.draft()
    who = {"entry_id": entry.pk, "template_id": template(FOOD).pk, "now": food.world.now()}
    with pytest.raises(Forbidden):
        adopting.adopt(**who, by=food.office)
    with pytest.raises(NotFound):
        adopting.adopt(**{**who, "template_id": 0}, by=food.editor)
    food.submit(entry)
    with pytest.raises(Refusal, match="不能再改"):
        adopting.adopt(**who, by=food.editor)


def test_published_version_says_what_it_follows(card):
    entry = card.at(EntryState.PUBLISHED)
    version = MatterVersion.objects.get(entry=entry)
    assert (version.number, version.template, version.template_version) == (2, CARD, 1)


def test_a_forbidden_deviation_is_not_locked(food):
    entry = food.at(EntryState.RECHECK, acceptance_conditions=["另有条件"])
    with pytest.raises(Refusal, match="受理条件"):
        food.lock(entry)


# --- beginning ------------------------------------------------------------------------------------------------------


def test_a_new_matter_begins_with_what_the_template_says(world, food):
    client = world.client(food.editor)
    url = f"{reverse('entry-start')}?way=template"
    sent = {"template": template(FREIGHT, 2).pk, "code": "SCJG-900", "department": "SCJG"}
    assert (
        client.post(url, {**sent, "template": template(FREIGHT, 1).pk}).status_code == 422
    )  # not the newest
    assert client.post(url, sent).status_code == 302
    content = CatalogueEntry.objects.get(code="SCJG-900").content
    assert (content["template"], content["template_version"]) == (FREIGHT, 2)
    assert (content["code"], content["department"], content["name"]) == (
        "SCJG-900",
        "SCJG",
        "道路货物运输经营许可",
    )
    assert adoption_in(content).deviations == []


def test_a_new_matter_begins_as_a_copy_of_another(world, food):
    client = world.client(food.editor)
    url = f"{reverse('entry-start')}?way=copy"
    sent = {"source": "JTJ-001", "code": "SCJG-901", "department": "SCJG"}
    assert "请核对编码" in client.post(url, {**sent, "source": "NO-1"}).content.decode()
    assert "已经有了" in client.post(url, {**sent, "code": "SCJG-001"}).content.decode()
    assert client.post(url, sent).status_code == 302
    content = CatalogueEntry.objects.get(code="SCJG-901").content
    original = world.version("JTJ-001").content
    assert content == {**original, "code": "SCJG-901", "department": "SCJG"}


def test_copying_leaves_out_what_tells_matters_apart(food, card):
    card.at(EntryState.PUBLISHED, task_code="X1", cancel_on="2027-01-01")
    department = food.world.department("SCJG")
    begun = drafting.start_new(
        code="SCJG-902", department=department, copy_of="RSJ-003", **food.who(food.editor)
    )
    assert begun.content["name"] == "社会保障卡申领"
    assert not begun.content.keys() & {"task_code", "cancel_on"}


@pytest.mark.parametrize("way", ["revise", "template", "copy", "empty", "nonsense"])
def test_every_way_to_begin_has_its_page(world, food, way):
    client = world.client(food.editor)
    url = f"{reverse('entry-start')}?way={way}"
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 422


# --- pages ----------------------------------------------------------------------------------------------------------


def page(client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_editor_explains_a_deviation_and_the_check_vanishes(food):
    entry = food.draft(exercise_level=5)
    client = food.world.client(food.editor)
    assert "没有写明与模板不同的理由" in page(client, "entry-edit", entry.pk, "template")
    url = reverse("entry-edit", args=[entry.pk, "template"])
    sent = {"revision": 0, "why:exercise_level": "市场监管所承接"}
    assert client.post(url, sent).status_code == 302
    entry.refresh_from_db()
    assert {"key": "exercise_level", "why": "市场监管所承接"} in entry.content["deviations"]
    assert len(entry.content["deviations"]) == 4  # those that were not sent stay
    shown = page(client, "entry-edit", entry.pk, "template")
    assert "没有写明与模板不同的理由" not in shown
    assert "市场监管所承接" in page(client, "entry", entry.pk)
    assert client.post(url, {"revision": 1, "why:exercise_level": " "}).status_code == 302
    entry.refresh_from_db()
    assert len(entry.content["deviations"]) == 3


def test_reasons_of_what_no_longer_differs_go_with_the_next_save(food):
    entry = food.draft(promised_limit={"value": 8, "unit": "workday"})
    client = food.world.client(food.editor)
    client.post(reverse("entry-edit", args=[entry.pk, "template"]), {"revision": 0})
    entry.refresh_from_db()
    assert "promised_limit.value" not in [one["key"] for one in entry.content["deviations"]]


def test_two_who_explain_at_once_lose_nothing(food):
    entry = food.draft(exercise_level=5)
    client = food.world.client(food.editor)
    url = reverse("entry-edit", args=[entry.pk, "template"])
    assert client.post(url, {"revision": 0, "why:exercise_level": "甲说"}).status_code == 302
    clash = client.post(url, {"revision": 0, "why:exercise_level": "乙说"})
    assert clash.status_code == 422
    assert "乙说" in clash.content.decode()


def test_editor_adopts_through_the_page_and_chooses_side_by_side(renewal):
    entry = renewal.draft()
    client = renewal.world.client(renewal.editor)
    assert "采用模板" in page(client, "entry-edit", entry.pk, "template")
    url, sent = reverse("entry-adopt", args=[entry.pk]), {"template": template(RENEWAL).pk}
    asked = client.post(url, sent)
    assert asked.status_code == 422
    assert "保留本地的" in asked.content.decode()
    assert client.post(url, {**sent, "seen": 0, "choice:promised_limit.value": "mine"}).status_code == 302
    entry.refresh_from_db()
    assert entry.content["template"] == RENEWAL
    assert "本地有 1 处不同" in page(client, "entry-edit", entry.pk, "template")
    assert client.post(url, {"template": "x"}).status_code == 302


def test_what_lags_behind_shows_in_editor_and_lists(world):
    passport = Adopter(world, "GAJ-001")
    entry = passport.draft()
    client = world.client(passport.editor)
    shown = page(client, "entry-edit", entry.pk, "template")
    assert "采用国家模板第 2 版" in shown
    passport.adopt(entry, template(PASSPORT, 2))
    assert "采用国家模板第 2 版" not in page(client, "entry-edit", entry.pk, "template")
    assert entry.content["promised_limit"]["value"] == 5
    office = world.client(passport.office)
    assert "已有第 2 版" in page(office, "template", PASSPORT)
    assert "新版改了什么" in page(office, "template", PASSPORT)
    assert "已有第 2 版" in page(client, "catalogue")
    assert page(office, "templates").count("有新版") == 1


def test_pages_of_templates_are_for_those_who_keep_the_catalogue(world, food):
    for name, *args in (("templates",), ("template", FOOD)):
        assert world.client().get(reverse(name, args=args)).status_code == 302
        assert world.client(world.clerk).get(reverse(name, args=args)).status_code == 403
    office = world.client(food.office)
    assert office.get(reverse("template", args=["NOWHERE"])).status_code == 404
    assert "没有符合条件的模板" in office.get(reverse("templates"), {"q": "没有这个"}).content.decode()
    assert "SCJG-008" in page(office, "template", RENEWAL)
    stranger = world.client(Entries(world, "GAJ-001").editor)
    assert stranger.post(reverse("entry-adopt", args=[food.draft().pk])).status_code == 404


def test_office_tries_out_and_brings_in_a_file(world, food):
    url, office = reverse("templates"), world.client(food.office)

    def send(client, text: str, act: str):
        return client.post(
            url, {"file": ContentFile(text.encode(), name="模板.json"), "act": act}, follow=True
        )

    said = json.dumps({"templates": [ROW]}, ensure_ascii=False)
    assert "将新增 1 版" in send(office, said, "try").content.decode()
    assert not MatterTemplate.objects.filter(code="T-1").exists()
    assert "已导入：新增 1 版" in send(office, said, "import").content.decode()
    assert MatterTemplate.objects.get(code="T-1").imported_by == food.office
    faulty = send(office, said.replace("开店登记", ""), "import")
    assert faulty.status_code == 422
    assert "templates[0].guide.name" in faulty.content.decode()
    assert office.post(url, {}).status_code == 422
    assert "导入模板" not in page(world.client(food.editor), "templates")
    assert send(world.client(food.editor), said, "import").status_code == 403


def test_a_draft_says_that_its_template_is_not_there(food):
    entry = food.draft(template_version=9)
    assert "所依的模板没有导入" in page(food.world.client(food.editor), "entry-edit", entry.pk, "template")


def test_uses_take_the_same_queries_for_many_templates(food, django_assert_num_queries):
    rows = list(newest_templates())
    uses_of(rows, viewer=food.office)  # reads the viewer's posts
    with CaptureQueriesContext(connection) as few:
        uses_of(rows[:1], viewer=food.office)
    assert len(rows) == 6
    with django_assert_num_queries(len(few)):
        uses_of(rows, viewer=food.office)


def test_a_template_finds_matters_of_its_basic_code(card):
    other = newer(template(RENEWAL), name="别的名称", catalog_code="100131001000")
    assert uses_of([other], viewer=card.office)[0].others == []
    card.at(EntryState.PUBLISHED, catalog_code="100131001000", template=None, template_version=None)
    assert [one.matter.code for one in uses_of([other], viewer=card.office)[0].others] == ["RSJ-003"]


def test_citizens_see_which_template_and_what_differs(client, world):
    shown = client.get("/matters/SCJG-007/").content.decode()
    assert "依据省级模板第 1 版；本地有 3 处不同" in shown
    for one in adoption_of(world.version("SCJG-007")).deviations:
        assert escape(one.why) in shown
    assert "模板第" not in client.get("/matters/SCJG-001/").content.decode()


def test_preview_shows_it_as_citizens_will_see_it(food):
    entry = food.draft()
    assert "本地有 3 处不同" in page(food.world.client(food.editor), "entry-preview", entry.pk)


def test_a_limit_is_said_whole(world):
    said = adoption_of(world.version("SCJG-007")).deviations[0]
    assert (said.template_says, said.guide_says) == ("8个工作日", "5个工作日")


def test_api_names_the_template_and_the_deviations(client, world):
    said = client.get("/api/v1/matters/GAJ-001/versions/1/").json()["template"]
    assert (said["code"], said["version"], said["newest"], said["level"]) == (PASSPORT, 1, 2, 1)
    assert said["deviations"] == [
        {
            "element": "exercise_level",
            "label": "行使层级",
            "template_says": "市级",
            "guide_says": "县级",
            "reason": "出入境受理、审批权限已下放到县级公安机关。",
            "standing": "allowed",
        }
    ]
    assert client.get("/api/v1/matters/SCJG-001/versions/1/").json()["template"] is None
