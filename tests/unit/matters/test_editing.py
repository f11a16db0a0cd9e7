"""The editor's forms: every kind of field typed, saved and shown again; nothing typed is lost, nothing else touched."""

import re
from html.parser import HTMLParser

import pytest
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from matters.catalogue.fields import Findings
from matters.catalogue.format import GUIDE
from matters.editing.places import path_of, value_at
from matters.editing.typed import typed
from matters.models import CatalogueEntry, MatterVersion
from matters.presenters.editing import SectionPage
from matters.selectors.editing import offers
from matters.services.entries import drafting, saving
from tests.entries import Entries
from tests.proof import refused


@pytest.fixture
def entries(world):
    return Entries(world)


class Form(HTMLParser):
    """What a browser would send of the page's form, as it was filled in by the server."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.inside = self.ready = False
        self.select = self.area = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.inside = said.get("id") == "entry-form"
        if not self.inside:
            return
        is_box = said.get("type") in ("checkbox", "radio")
        if tag == "input" and said.get("name") and (not is_box or "checked" in said):
            self.add(said["name"], said.get("value", ""))
        if tag == "select":
            self.select = said["name"]
        if tag == "option" and "selected" in said:
            self.add(self.select, said["value"])
        if tag == "textarea":
            self.area, self.text = said["name"], ""

    def handle_data(self, data):
        if self.area:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "textarea" and self.area:
            text = self.text.removeprefix("\n").replace("\n", "\r\n")  # as browsers do
            self.add(self.area, text)
            self.area = None

    def add(self, name, value):
        self.sent.setdefault(name, []).append(value)


class Editor:
    """An editor at the pages, with or without changes to what they show."""

    def __init__(self, world, entry, user):
        self.client, self.entry = world.client(user), entry

    def url(self, section):
        return reverse("entry-edit", args=[self.entry.pk, section])

    def open(self, section, row=""):
        response = self.client.get(self.url(section), {"row": row} if row else {})
        assert response.status_code == 200
        return Form(response.content.decode()).sent

    def send(self, section, sent, **extra):
        return self.client.post(self.url(section), {**sent, **extra})

    def type(self, section, changes, row="", **extra):
        sent = {**self.open(section, row), **changes}
        response = self.send(section, sent, **extra)
        self.entry.refresh_from_db()
        return response


@pytest.fixture
def editor(entries, world):
    return Editor(world, entries.draft(), entries.editor)


def rows_of(content, section):
    lists = [one.key for one in GUIDE[section][1] if isinstance(content.get(one.key), list)]
    return [f"{key}[{at}]" for key in lists for at, row in enumerate(content[key]) if isinstance(row, dict)]


# --- nothing typed, nothing changed -------------------------------------------------------------------------------


def test_every_demo_matter_opened_and_saved_untouched_changes_nothing(world, entries):
    versions = MatterVersion.objects.filter(status="published").select_related("matter__department")
    assert len(versions) == 50
    for version in versions:
        entry = CatalogueEntry(
            code=version.matter.code, department=version.matter.department, content=version.content
        )
        for section in GUIDE:
            for row in ["", *rows_of(version.content, section)]:
                assert_untouched(entry, section, row)


def assert_untouched(entry, section, row):
    entry.pk = 1
    shown = SectionPage(entry, entry.content, section, found=Findings(), offers=offers(), row=row)
    parts = "".join(
        render_to_string("matters/_entry_part.html", {"part": part, "shown": shown}) for part in shown.parts
    )
    sent = MultiValueDict(Form(f'<form id="entry-form">{parts}</form>').sent)
    assert typed(entry.content, GUIDE[section][1], sent) == entry.content, (entry.code, section, row)


def test_saving_untouched_makes_no_revision(editor):
    before = editor.entry.content
    for section in GUIDE:
        assert editor.type(section, {}).status_code == 302
    assert (editor.entry.content, editor.entry.revision) == (before, 0)


# --- every kind ---------------------------------------------------------------------------------------------------

KINDS = [
    ("basic", "", "name", "新的名称", "新的名称"),
    ("legal", "", "rights", "第一行\r\n第二行", "第一行\n第二行"),
    ("time", "", "promised_limit.value", "３", 3),
    ("time", "", "promised_limit.unit", "calendar_day", "calendar_day"),
    ("time", "", "case_type", "2", 2),
    ("basic", "", "service_objects", ["2"], [2]),
    ("how", "", "on_site_inspection", "yes", True),
    ("how", "", "materials_by_mail", "no", False),
    ("how", "", "acceptance_conditions", "甲\n\n乙", ["甲", "乙"]),
    ("how", "", "service_points", ["HALL"], ["HALL"]),
    ("how", "", "online_url", "https://example.cn/a", "https://example.cn/a"),
    ("basic", "", "effective_on", "2027-01-01", "2027-01-01"),
    ("basic", "", "joint_departments", ["SCJG"], ["SCJG"]),
    ("legal", "", "reconsideration.phone", "0571-1", "0571-1"),
    ("process", "materials[0]", "materials[0].name", "新材料", "新材料"),
    ("process", "materials[0]", "materials[0].tolerable_missing", "yes", True),
    ("process", "flow[0]", "flow[0].department", "SCJG", "SCJG"),
    # wrong values are kept as they were typed
    ("time", "", "promised_limit.value", "很快", "很快"),
    ("basic", "", "effective_on", "明年", "明年"),
    ("how", "", "online_url", "javascript:alert(1)", "javascript:alert(1)"),
    ("time", "", "case_type", "77", "77"),
    ("basic", "", "joint_departments", ["NOBODY"], ["NOBODY"]),
    ("how", "", "max_trips", "-1", -1),
]


@pytest.mark.parametrize(("section", "row", "place", "said", "stands"), KINDS)
def test_value_is_typed_saved_and_shown_again(editor, section, row, place, said, stands):
    extra = {"boxes": [*editor.open(section, row).get("boxes", []), place]}
    assert editor.type(section, {place: said}, row, **extra).status_code == 302
    assert value_at(editor.entry.content, path_of(place)) == stands
    assert editor.entry.revision == 1
    shown = editor.open(section, row)[place]
    wanted = said if isinstance(said, list) else [said.replace("３", "3").replace("甲\n\n乙", "甲\r\n乙")]
    assert shown == wanted
    editor.type(section, {}, row)  # and saved again untouched
    assert editor.entry.revision == 1


def test_value_is_taken_out_by_emptying_it(editor):
    editor.type("basic", {"name": ""})
    assert "name" not in editor.entry.content
    page = editor.client.get(editor.url("basic")).content.decode()
    assert "还没有填写" in page
    editor.type("basic", {"service_objects": []})
    assert "service_objects" not in editor.entry.content


def test_wrong_value_stands_with_its_fault_at_the_field_and_above(editor):
    editor.type("time", {"promised_limit.value": "很快"})
    page = editor.client.get(editor.url("time")).content.decode()
    assert 'id="fault-promised_limit-value"><p class="field__error">' in page
    assert 'href="#promised_limit.value"' in page
    assert "这一部分还有 1 处要改" in page


def test_nul_and_own_code_are_not_taken(editor):
    before = editor.entry.content["code"]
    editor.type("basic", {"name": "有\0字", "code": "OTHER", "department": "SCJG"})
    assert editor.entry.content["name"] == "有字"
    assert editor.entry.content["code"] == before
    assert editor.entry.content["department"] == "WJJ"


def test_answers_of_the_guides_own_questions_are_ticked(editor):
    editor.type("process", {}, act="add:situations")
    editor.type(
        "process", {"situations[0].text": "谁来办？"}, "situations[0]", act="add:situations[0].answers"
    )
    editor.type(
        "process",
        {"situations[0].answers[0].label": "本人", "situations[0].answers[0].key": "self"},
        "situations[0]",
    )
    editor.type("process", {"materials[0].when": ["q1:self"]}, "materials[0]")
    assert editor.entry.content["materials"][0]["when"] == {"q1": ["self"]}
    assert editor.open("process", "materials[0]")["materials[0].when"] == ["q1:self"]


# --- rows ---------------------------------------------------------------------------------------------------------


def test_rows_are_added_moved_and_taken_out_with_what_was_typed(editor):
    count = len(editor.entry.content["materials"])
    response = editor.type("process", {"materials[0].name": "先改名"}, "materials[0]", act="add:materials")
    assert response.url.endswith(f"#materials[{count}]")
    assert editor.entry.content["materials"][0]["name"] == "先改名"
    assert len(editor.entry.content["materials"]) == count + 1
    editor.type("process", {}, act="down:materials[0]")
    assert editor.entry.content["materials"][1]["name"] == "先改名"
    editor.type("process", {}, act="up:materials[1]")
    editor.type("process", {}, act="up:materials[0]")
    assert editor.entry.content["materials"][0]["name"] == "先改名"
    editor.type("process", {}, act="remove:materials[0]")
    assert len(editor.entry.content["materials"]) == count
    for nonsense in (
        "remove:materials[99]",
        "up:name",
        "add:name",
        "down:",
        "what:materials[0]",
        "remove:materials",
        "add:situations[99].answers",
        "open:\n",
    ):
        before = editor.entry.content
        assert editor.type("process", {}, act=nonsense).status_code == 302
        assert editor.entry.content == before


def test_flow_that_cannot_be_followed_is_named_at_the_spot(editor):
    keys = [step["key"] for step in editor.entry.content["flow"]]
    editor.type("process", {"flow[0].after": [keys[-1], "nowhere"]}, "flow[0]")
    page = editor.client.get(editor.url("process")).content.decode()
    assert "不存在" in page
    assert "成环" in page
    assert 'role="img"' in page


# --- two at once --------------------------------------------------------------------------------------------------


def test_changes_of_two_people_to_different_fields_are_both_kept(editor, entries, world):
    mine = editor.open("basic")
    other = Editor(world, editor.entry, entries.editor)
    other.type("basic", {"everyday_name": "他的"})
    assert editor.send("basic", {**mine, "name": "我的"}).status_code == 302
    editor.entry.refresh_from_db()
    assert (editor.entry.content["name"], editor.entry.content["everyday_name"]) == ("我的", "他的")


def test_changes_of_two_people_to_one_field_are_chosen(editor, entries, world):
    mine = editor.open("basic")
    Editor(world, editor.entry, entries.editor).type("basic", {"name": "他的", "everyday_name": "他的俗名"})
    response = editor.send("basic", {**mine, "name": "我的", "topic": "我的主题"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "我的" in page
    assert "他的" in page
    editor.entry.refresh_from_db()
    assert editor.entry.content["name"] == "他的"
    # then nothing is saved until one is chosen
    again = {**mine, "name": "我的", "topic": "我的主题", "seen": editor.entry.revision}
    assert editor.send("basic", again).status_code == 422
    assert editor.send("basic", {**again, "choice:name": "mine"}).status_code == 302
    editor.entry.refresh_from_db()
    content = editor.entry.content
    assert (content["name"], content["everyday_name"], content["topic"]) == ("我的", "他的俗名", "我的主题")


def test_choice_made_before_a_third_change_is_asked_again(editor, entries, world):
    mine = {**editor.open("basic"), "name": "我的"}
    Editor(world, editor.entry, entries.editor).type("basic", {"name": "他的"})
    editor.entry.refresh_from_db()
    chosen = {**mine, "seen": editor.entry.revision, "choice:name": "mine"}
    Editor(world, editor.entry, entries.editor).type("basic", {"name": "又一个"})
    response = editor.send("basic", chosen)
    assert response.status_code == 422
    assert "又一个" in response.content.decode()


def test_rows_that_moved_meanwhile_are_chosen_as_a_whole(editor, entries, world):
    mine = {**editor.open("process", "materials[0]"), "materials[0].name": "我的"}
    Editor(world, editor.entry, entries.editor).type("process", {}, act="remove:materials[0]")
    response = editor.send("process", mine)
    assert response.status_code == 422
    assert 'name="choice:materials"' in response.content.decode()


def test_pause_while_typing_saves_and_answers_with_what_stands_beside(editor):
    response = editor.type("time", {"promised_limit.value": "很快"}, act="autosave")
    page = response.content.decode()
    assert response.status_code == 200
    assert editor.entry.content["promised_limit"]["value"] == "很快"
    assert 'id="entry-live"' in page
    assert re.search(r"已保存 \d\d:\d\d", page)
    assert 'id="entry-revision" value="1" hx-swap-oob="true"' in page
    assert "很快" in page
    assert 'id="control-name"' not in page


def test_pause_while_typing_brings_what_others_changed(editor, entries, world):
    mine = editor.open("basic")
    Editor(world, editor.entry, entries.editor).type("basic", {"everyday_name": "他的"})
    page = editor.send("basic", {**mine, "name": "我的"}, act="autosave").content.decode()
    assert 'id="control-everyday_name" hx-swap-oob="true"' in page
    assert 'id="control-name" hx-swap-oob="true"' not in page


def test_pause_while_typing_over_anothers_change_saves_nothing_and_says_so(editor, entries, world):
    mine = editor.open("basic")
    Editor(world, editor.entry, entries.editor).type("basic", {"name": "他的"})
    page = editor.send("basic", {**mine, "name": "我的"}, act="autosave").content.decode()
    assert "没有保存" in page
    assert 'id="entry-revision"' not in page
    editor.entry.refresh_from_db()
    assert editor.entry.content["name"] == "他的"


# --- whose it is --------------------------------------------------------------------------------------------------


def test_entry_of_another_department_does_not_exist(editor, world):
    stranger = world.client(world.cast.user("scjg.editor"))
    for name, args in [
        ("entry-edit", ["basic"]),
        ("entry-preview", []),
        ("entry-history", []),
        ("entry-revision", [0]),
    ]:
        assert stranger.get(reverse(name, args=[editor.entry.pk, *args])).status_code == 404
    assert stranger.post(editor.url("basic"), {"name": "改"}).status_code == 404
    assert stranger.post(reverse("entry-revision", args=[editor.entry.pk, 0])).status_code == 404


def test_office_reads_and_does_not_change(editor, entries, world):
    office = world.client(entries.office)
    page = office.get(editor.url("basic"))
    assert page.status_code == 200
    assert "只能查看" in page.content.decode()
    response = office.post(editor.url("basic"), {"revision": 0, "name": "改"})
    assert response.status_code == 422
    editor.entry.refresh_from_db()
    assert editor.entry.revision == 0


def test_entry_under_review_is_not_changed_and_what_was_typed_is_shown(editor, entries):
    sent = editor.open("basic")
    entries.submit(editor.entry)
    response = editor.send("basic", {**sent, "name": "来不及了"})
    assert response.status_code == 422
    assert "来不及了" in response.content.decode()
    assert "没有保存" in response.content.decode()
    with refused("entry_not_draft"):
        saving.save(entry_id=editor.entry.pk, revision=0, content={}, **entries.who(entries.editor))


def test_section_that_does_not_exist(editor):
    assert editor.client.get(editor.url("nowhere")).status_code == 404


def test_text_typed_after_the_session_ended_comes_back(editor, world, entries):
    sent = {**editor.open("basic"), "name": "登录过期前写的"}
    editor.client.logout()
    assert editor.send("basic", sent).status_code == 302
    editor.client.force_login(entries.editor, backend="core.auth.ByAnyName")
    again = editor.open("basic")
    assert again["name"] == ["登录过期前写的"]
    assert again["revision"] == ["0"]
    editor.send("basic", again)
    editor.entry.refresh_from_db()
    assert editor.entry.content["name"] == "登录过期前写的"


# --- preview, history ---------------------------------------------------------------------------------------------


def test_preview_shows_the_guide_that_the_draft_would_become(editor, world):
    editor.type("basic", {"name": "预览的名称"})
    page = editor.client.get(reverse("entry-preview", args=[editor.entry.pk])).content.decode()
    assert "预览的名称" in page
    assert "草稿，还没有发布" in page
    assert "立即办理</a>" not in page
    assert world.version("WJJ-001").name != "预览的名称"


def test_preview_of_every_demo_matter(world, entries):
    for version in MatterVersion.objects.filter(status="published").select_related("matter__department"):
        entry = CatalogueEntry.objects.create(
            code=version.matter.code,
            matter=version.matter,
            department=version.matter.department,
            content=version.content,
            state_since=world.now(),
            created_at=world.now(),
            created_by=entries.office,
            updated_at=world.now(),
            updated_by=entries.office,
        )
        page = world.client(entries.office).get(reverse("entry-preview", args=[entry.pk]))
        assert page.status_code == 200
        assert "草稿，还没有发布" in page.content.decode(), version.matter.code


def test_preview_of_a_new_matter_names_what_is_missing(entries, world):
    entry = drafting.start(code="WJJ-900", department=world.department("WJJ"), **entries.who(entries.editor))
    client = world.client(entries.editor)
    page = client.get(reverse("entry-preview", args=[entry.pk])).content.decode()
    assert "还不能预览" in page
    assert reverse("entry-edit", args=[entry.pk, "basic"]) + "#name" in page
    for section in GUIDE:
        assert client.get(reverse("entry-edit", args=[entry.pk, section])).status_code == 200


def test_history_says_who_changed_what_and_an_earlier_revision_comes_back(editor, entries):
    first = editor.entry.content
    editor.type("basic", {"name": "第一次"})
    editor.type("time", {"promised_limit.value": "2"})
    page = editor.client.get(reverse("entry-history", args=[editor.entry.pk])).content.decode()
    assert "基本信息、办理时限" in page
    assert entries.editor.name in page
    url = reverse("entry-revision", args=[editor.entry.pk, 0])
    assert "第一次" in editor.client.get(url).content.decode()
    assert editor.client.post(url).status_code == 302
    editor.entry.refresh_from_db()
    assert (editor.entry.content, editor.entry.revision) == (first, 3)
    assert editor.entry.revisions.get(number=3).restored == 0
    assert (
        "恢复到起草时" in editor.client.get(reverse("entry-history", args=[editor.entry.pk])).content.decode()
    )
    assert editor.client.get(reverse("entry-revision", args=[editor.entry.pk, 9])).status_code == 404


def test_history_is_only_added_to(editor):
    editor.type("basic", {"name": "第一次"})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        editor.entry.revisions.update(number=7)


def test_catalogue_leads_to_the_draft(editor, entries, world):
    page = editor.client.get(reverse("catalogue")).content.decode()
    assert reverse("entry", args=[editor.entry.pk]) in page
    assert f"{reverse('entry-start')}?matter=WJJ-002" in page
